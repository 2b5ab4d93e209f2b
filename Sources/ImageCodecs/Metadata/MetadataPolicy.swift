/// What a file that is written says of its picture beside the pixels. The colour profile, without which the pixels
/// would mean other colours, is always written (only ``all`` keeps its maker's own tags), and the orientation is always
/// upright.
@nonexhaustive public enum MetadataPolicy: String, Sendable, CaseIterable {
    /// Everything that was read and that the format can hold: all of EXIF, XMP, IPTC, texts and comments.
    ///
    /// Previews, places and editing histories in them show or tell what was removed from the picture.
    case all
    /// What is known to be harmless and wanted: resolution, dates, camera, lens, exposure, author, copyright and
    /// description. It is written anew from a list of fields, not cut from what was read, so that nothing else can travel
    /// along: no preview, no maker's note, no place. XMP, IPTC and other texts are left out, with a warning.
    case safe
    /// Nothing.
    case none
}
