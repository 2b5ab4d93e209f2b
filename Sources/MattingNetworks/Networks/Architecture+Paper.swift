extension Architecture {
    /// Where the network was published: title, authors, year.
    public var paper: String {
        switch self {
        case .u2net, .u2netp:
            "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection, Qin et al. 2020"
        case .isnet: "Highly Accurate Dichotomous Image Segmentation, Qin et al. 2022"
        case .modnet: "MODNet: Real-Time Trimap-Free Portrait Matting via Objective Decomposition, Ke et al. 2022"
        case .unet: "U-Net: Convolutional Networks for Biomedical Image Segmentation, Ronneberger et al. 2015"
        case .robustVideoMatting: "Robust High-Resolution Video Matting with Temporal Guidance, Lin et al. 2022"
        case .mobileNetV2UNet:
            "this package's own: a U-Net (Ronneberger et al. 2015) with a MobileNetV2 encoder (Sandler et al. 2018)"
        }
    }

    /// The trained values of the network at its paper's width, without the running statistics of batch norms.
    public var parameterCount: Int {
        switch self {
        case .u2net: 44_009_869
        case .u2netp: 1_131_181
        case .isnet: 44_046_790
        case .modnet: 6_487_075
        case .unet: 31_037_633
        case .robustVideoMatting: 3_748_633
        case .mobileNetV2UNet: 2_616_850
        }
    }
}
