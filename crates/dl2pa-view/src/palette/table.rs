//! The generated class colours. Do not edit: `palette/make_palette.py` writes this file.

/// 12 colours on the dark theme; closest pair 0.1172 in OKLab over all kinds of sight.
pub(super) const DARK_12: [u32; 12] = [
    0xfcffad, 0xa72ca9, 0x5fc0ff, 0x197405, 0xa2ac1b, 0xf2b4a1, 0x8a07ff, 0x12fbfe, 0x638ff1,
    0xdb819b, 0xb7e41d, 0xde1b64,
];

/// 20 colours on the dark theme; closest pair 0.0821 in OKLab over all kinds of sight.
pub(super) const DARK_20: [u32; 20] = [
    0xfffba1, 0x6c3df8, 0xd20f02, 0xaa93e0, 0xfa8b73, 0xced6fd, 0x7a7dfd, 0xfddc04, 0xbd1090,
    0x027327, 0x27c8a9, 0xa36ac5, 0xbfb3ed, 0xeb487f, 0x9d35c2, 0xf3b315, 0xb69215, 0x1b8d5d,
    0x77eaae, 0xbbfce7,
];

/// 12 colours on the light theme; closest pair 0.1226 in OKLab over all kinds of sight.
pub(super) const LIGHT_12: [u32; 12] = [
    0x180001, 0x2c97ff, 0xb84d24, 0x041ac1, 0x7f5586, 0xa98597, 0x0a005a, 0xe97421, 0x7f2d04,
    0x0c4dfc, 0x480f05, 0x523357,
];

/// 20 colours on the light theme; closest pair 0.0853 in OKLab over all kinds of sight.
pub(super) const LIGHT_20: [u32; 20] = [
    0x1f0102, 0x8e86fe, 0xc12717, 0x6504b0, 0x7c1242, 0xac8f6e, 0x0e0cfc, 0x1a0274, 0xe661bb,
    0x6e5694, 0x580013, 0x064472, 0x854b5a, 0x3a0c44, 0xaa6778, 0x2c69fb, 0x0c0228, 0xcb12c6,
    0xf95a12, 0x9d040a,
];
