//! The generated class colours. Do not edit: `palette/make_palette.py` writes this file.

/// 12 colours on the dark theme; closest pair 0.1094 in OKLab over all kinds of sight.
pub(super) const DARK_12: [u32; 12] = [
    0xcdf61a, 0xc209ae, 0x879e21, 0x7cc6fc, 0xa111fd, 0xffc4a2, 0x36875e, 0x40fefd, 0xa1c520,
    0x5997f9, 0xfd8ab2, 0xed44b6,
];

/// 20 colours on the dark theme; closest pair 0.0740 in OKLab over all kinds of sight.
pub(super) const DARK_20: [u32; 20] = [
    0xf6e94a, 0x21838d, 0x6bf9fe, 0xe88f0d, 0x5fb1f9, 0xca3c0b, 0x8247f7, 0x6b89fa, 0xf5b608,
    0x67ddc7, 0xc19ac1, 0xb05863, 0x9c4bbc, 0x8787c4, 0x7eb477, 0xc87625, 0xb6f1bf, 0xd7c78e,
    0xc1c4ff, 0xf91c97,
];

/// 12 colours on the light theme; closest pair 0.0952 in OKLab over all kinds of sight.
pub(super) const LIGHT_12: [u32; 12] = [
    0xe27739, 0x2e02d3, 0x801249, 0x6492f3, 0xa6666b, 0x326bba, 0xab87b0, 0x9c34fc, 0x75517e,
    0xcf4603, 0xa81624, 0x700397,
];

/// 20 colours on the light theme; closest pair 0.0682 in OKLab over all kinds of sight.
pub(super) const LIGHT_20: [u32; 20] = [
    0x8b0700, 0x9083fa, 0x540faf, 0xf55d8e, 0x1a30fd, 0xc32165, 0x771475, 0x6b820c, 0x9c58cf,
    0xc551a0, 0x6d5f03, 0x88992c, 0x8d3188, 0x0c6f55, 0x2a9f71, 0xd274bc, 0x0306db, 0x6e65fc,
    0x6649b0, 0x01573c,
];
