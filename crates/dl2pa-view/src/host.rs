//! What the view asks of whoever shows it: to change the address, to keep a file; and what that host has to say.

/// What a host tells the person, put into words by the view in the language it speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostLine {
    /// Training runs on the CPU.
    OnCpu,
    /// Training runs on this GPU.
    OnGpu {
        /// The adapter's name.
        name: String,
    },
    /// It trains on a GPU that the CPU simulates.
    SimulatedGpu,
    /// The browser has no WebGPU.
    NoWebGpu,
    /// The browser's WebGPU is simulated by the CPU.
    SimulatedWebGpu,
    /// The address asks for a device that there is not.
    UnknownDevice,
    /// The GPU has stopped working.
    GpuLost {
        /// What the driver said.
        cause: String,
    },
    /// A session ended without saying why.
    TrainingEnded,
    /// These words as they are.
    Said(String),
}

impl Default for HostLine {
    fn default() -> Self {
        Self::Said(String::new())
    }
}

/// A file that was made for the person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keepsake {
    /// Name with extension, for any file system.
    pub name: String,
    /// Media type, as `image/svg+xml`.
    pub media_type: &'static str,
    /// Content.
    pub bytes: Vec<u8>,
}

/// What only the host can do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostRequest {
    /// Make this the part of the page's address behind the `#`; a window has no address and does nothing.
    ShowFragment(String),
    /// Save the file, and tell the person where by [`crate::Playground::say`].
    Save(Keepsake),
    /// Save a picture of the stage in pixels, `scale` of them for a point of the screen along each side.
    SavePixels {
        /// The picture as SVG, for a host that draws it so.
        svg: Keepsake,
        /// Points of the screen, width and height.
        size: [u32; 2],
        /// Pixels along a point.
        scale: u32,
    },
}
