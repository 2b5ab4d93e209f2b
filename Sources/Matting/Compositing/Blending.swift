/// In which numbers colours are mixed where the subject is neither here nor there.
@nonexhaustive public enum Blending: Sendable, Hashable {
    /// As light adds up: by the tone curve of the picture's own profile, sRGB's without one. Hair and blurred edges keep
    /// their weight before every background. Where a profile is made of tables the colours are mixed as encoded, which
    /// the composite's ``RasterImage/warnings`` say.
    case linearLight
    /// In the picture's own encoding, as image editors do by default: edges before light grounds become darker and
    /// thicker.
    case encoded
}
