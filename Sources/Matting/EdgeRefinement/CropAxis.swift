/// How one side of a picture is covered by overlapping crops of one length.
///
/// The weights of all crops add up to 1 at every position: neighbours fade into each other over ``fade`` pixels in the
/// middle of their overlap, so that what a network makes of a crop's border counts for nothing.
struct CropAxis: Equatable {
    /// The picture's side in pixels.
    let length: Int
    /// The side of a crop: a multiple, larger than the picture's side where that is small.
    let crop: Int
    /// First pixel of each crop, ascending; the first is 0.
    let origins: [Int]

    /// Pixels over which one crop hands over to the next; crops overlap by at least as many.
    static let fade = 32

    /// - Parameters:
    ///   - largestCrop: a multiple of `multiple`, more than twice ``fade``.
    ///   - multiple: of which a crop's side is a multiple.
    init(length: Int, largestCrop: Int, multiple: Int) {
        precondition(length >= 1 && largestCrop > 2 * Self.fade && largestCrop % multiple == 0, "crops of a side")
        let crop = min(largestCrop, (length + multiple - 1) / multiple * multiple)
        self.length = length
        self.crop = crop
        guard length > crop else {
            self.origins = [0]
            return
        }
        // As few as overlap enough, spread evenly: no crop is wasted on a sliver at the end.
        let count = (length - Self.fade + crop - Self.fade - 1) / (crop - Self.fade)
        self.origins = (0..<count).map { $0 * (length - crop) / (count - 1) }
    }

    /// Where a crop lies in the picture.
    func range(of index: Int) -> Range<Int> { origins[index]..<min(origins[index] + crop, length) }

    /// The weight of each position of a crop, in [0, 1].
    func weights(of index: Int) -> [Float] {
        range(of: index).map { position in
            (index == 0 ? 1 : handedOver(to: index, at: position))
                - (index == origins.count - 1 ? 0 : handedOver(to: index + 1, at: position))
        }
    }

    /// How far the crop before `index` has handed over to it.
    private func handedOver(to index: Int, at position: Int) -> Float {
        let middle = Float(origins[index] + origins[index - 1] + crop) / 2
        return min(max((Float(position) + 0.5 - middle) / Float(Self.fade) + 0.5, 0), 1)
    }
}
