extension BatchRules {
    /// The rules of who brings none: a cut-out of every picture, and a person for those that the network doubts.
    public static let `default`: BatchRules = {
        do throws(BatchRulesError) {
            return try BatchRules(yaml: defaultText, path: "default rules")
        } catch {
            preconditionFailure("\(error)")
        }
    }()

    /// The text of ``default``, to begin one's own with.
    public static let defaultText = """
        # What is written of a picture: a channel each, with a format, a name and a finish.
        # Keys: format (png, jpeg, webp, tiff, psd), name, mask-work, and by the names of `matte cut` background (a colour, a
        # gradient, blur, a picture beside this file), background-fit, background-position, crop, aspect, canvas, preset,
        # margin, fill, align, cut-sides, max-enlargement, shadow, blending, match-colors, decontaminate, subject, mask,
        # quality, compression, metadata, keep-hidden. Names have {folder}, {stem}, {id}, {sku}, {category}, {campaign},
        # {channel} and {ext}.
        exports:
          cutout:
            format: png
            name: "{folder}/{stem}.{ext}"
          layers:
            format: psd
            name: "{folder}/{stem}.{ext}"

        # Which channels a lane gets. The manual lane has original, matte, trimap, brief and reasons besides.
        lanes:
          publish: [cutout]
          check: [cutout]
          manual: [layers]

        # The first rule whose conditions all hold decides. Conditions: category, campaign, folder, file, empty,
        # touches (any, none, left, top, right, bottom), and numbers (width, height, megapixels, confidence,
        # expected-overlap, expected-error, uncertain-area, coverage, subjects, contrast) as "below 0.2", "at least 2",
        # "1 to 3", "unknown".
        rules:
          - name: nothing found
            when: {empty: true}
            lane: manual
            reason: no subject was found
          - name: no confidence
            when: {expected-overlap: unknown}
            lane: check
            reason: the network does not say how sure it is
          - name: doubtful
            when: {expected-overlap: below 0.8}
            lane: manual
            reason: much of the matte is doubtful
          - name: unsure
            when: {expected-overlap: below 0.92}
            lane: check
            reason: a part of the matte is doubtful

        # The lane of pictures that no rule decides.
        otherwise: publish
        """
}
