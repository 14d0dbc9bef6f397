//! Where tensors live: choosing a device, sharing the window's GPU, falling back to the CPU.

use burn::tensor::Device;
use burn::tensor::wgpu::WgpuSetup;

/// What a person may ask for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DeviceChoice {
    /// The GPU when there is a real one and the work is large enough to gain from it, else the CPU.
    #[default]
    Auto,
    /// The GPU, even a software one.
    Gpu,
    /// The CPU.
    Cpu,
    /// The CUDA device with this number; only in builds that have CUDA.
    Cuda(usize),
}

impl std::str::FromStr for DeviceChoice {
    type Err = DeviceError;

    fn from_str(text: &str) -> Result<Self, DeviceError> {
        if text.contains(',') {
            return Err(DeviceError::Several {
                text: text.to_owned(),
            });
        }
        let unknown = || DeviceError::Unknown {
            text: text.to_owned(),
        };
        match text {
            "auto" => Ok(Self::Auto),
            "gpu" => Ok(Self::Gpu),
            "cpu" => Ok(Self::Cpu),
            "cuda" => Ok(Self::Cuda(0)),
            _ => {
                let number = text.strip_prefix("cuda:").ok_or_else(unknown)?;
                number
                    .parse()
                    .map(Self::Cuda)
                    .map_err(|_not_a_number| unknown())
            }
        }
    }
}

/// Why there is no such device.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DeviceError {
    /// Not one of the names.
    #[error("There is no device called '{text}': use auto, gpu, cpu or cuda:0.")]
    Unknown {
        /// What was asked for.
        text: String,
    },
    /// More than one device at once.
    #[error(
        "Training on several devices at once ('{text}') needs the collectives of the CUDA backend, which this program is built without: name one device."
    )]
    Several {
        /// What was asked for.
        text: String,
    },
    /// No adapter, or none that can compute.
    #[error("No GPU could be used ({cause}): use --device cpu, or install the graphics driver.")]
    NoGpu {
        /// What the system said.
        cause: String,
    },
    /// This program was built without CUDA.
    #[error(
        "This program was built without CUDA: use --device gpu (Vulkan, Metal or DirectX 12) or cpu, or build it with `--features cuda`."
    )]
    NoCuda,
    /// CUDA has no device of this number.
    #[error(
        "CUDA has no device {number} here ({found} found): install NVIDIA's driver, name another number, or use --device gpu or cpu."
    )]
    NoCudaDevice {
        /// The number that was asked for, from 0.
        number: usize,
        /// How many there are.
        found: usize,
    },
}

/// A device to train on, without autodiff, and how to speak of it.
#[derive(Clone, Debug)]
pub struct TrainingDevice {
    /// burn's handle.
    pub device: Device,
    /// `"webgpu"`, `"wgpu"`, `"cuda"` or `"flex"`.
    pub backend: &'static str,
    /// For a person: "CPU", or the adapter's name.
    pub name: String,
}

impl TrainingDevice {
    /// The CPU, through burn-flex.
    #[must_use]
    pub fn cpu() -> Self {
        Self {
            device: Device::flex(),
            backend: "flex",
            name: "CPU".to_owned(),
        }
    }
}

/// A native step needs about so much arithmetic before a GPU's launch costs (some 100 kernels of
/// about 10 microseconds) are less than what a CPU core computes in that time.
const WORTH_A_GPU_FLOPS: f64 = 5e7;

/// Whether `auto` should train on this adapter. `step_flops` is the arithmetic of one step, about
/// 6 x parameters x batch. In a browser a real GPU always wins, because it frees the page's only
/// thread.
#[must_use]
pub fn auto_prefers_gpu(adapter: &wgpu::AdapterInfo, step_flops: f64) -> bool {
    let is_large = cfg!(target_family = "wasm") || step_flops >= WORTH_A_GPU_FLOPS;
    !is_software(adapter) && is_large
}

/// Whether an adapter computes on the CPU (llvmpipe, SwiftShader, a browser's fallback adapter).
#[must_use]
pub fn is_software(adapter: &wgpu::AdapterInfo) -> bool {
    let name = adapter.name.to_lowercase();
    let names = [
        "llvmpipe",
        "swiftshader",
        "lavapipe",
        "softpipe",
        "basic render",
    ];
    adapter.device_type == wgpu::DeviceType::Cpu || names.iter().any(|known| name.contains(known))
}

/// What the window must ask of its adapter so that burn can train on the same device: burn sizes its
/// kernels by the adapter, so the device has to have all that the adapter has. Features that wgpu
/// calls experimental stay off; burn's WGSL kernels use none.
#[must_use]
pub fn shared_device_descriptor(adapter: &wgpu::Adapter) -> wgpu::DeviceDescriptor<'static> {
    let unwanted =
        wgpu::Features::MAPPABLE_PRIMARY_BUFFERS | wgpu::Features::all_experimental_mask();
    wgpu::DeviceDescriptor {
        label: Some("dl2pa"),
        required_features: adapter.features().difference(unwanted),
        required_limits: adapter.limits(),
        memory_hints: wgpu::MemoryHints::MemoryUsage,
        ..Default::default()
    }
}

/// Registers the window's own GPU with burn. Call it once a program; clone what it returns.
///
/// # Errors
///
/// Fails when the adapter lacks what burn's kernels need.
pub fn register_shared(
    instance: &wgpu::Instance,
    adapter: &wgpu::Adapter,
    device: &wgpu::Device,
    queue: &wgpu::Queue,
) -> Result<TrainingDevice, DeviceError> {
    let info = adapter.get_info();
    let setup = WgpuSetup {
        instance: instance.clone(),
        adapter: adapter.clone(),
        device: device.clone(),
        queue: queue.clone(),
        backend: info.backend,
    };
    let device = Device::wgpu_options()
        .tasks_max(32)
        .setup(setup)
        .init()
        .map_err(|error| DeviceError::NoGpu {
            cause: error.to_string(),
        })?;
    let backend = if cfg!(target_family = "wasm") {
        "webgpu"
    } else {
        "wgpu"
    };
    Ok(TrainingDevice {
        device,
        backend,
        name: adapter_name(&info),
    })
}

/// A GPU of its own, for training without a window.
///
/// # Errors
///
/// Fails when the choice asks for a GPU and none can be used. `Auto` falls back to the CPU.
#[cfg(not(target_family = "wasm"))]
pub fn headless(choice: DeviceChoice, step_flops: f64) -> Result<TrainingDevice, DeviceError> {
    match choice {
        DeviceChoice::Cpu => Ok(TrainingDevice::cpu()),
        DeviceChoice::Cuda(number) => open_cuda(number),
        DeviceChoice::Gpu => open_gpu(),
        DeviceChoice::Auto if step_flops < WORTH_A_GPU_FLOPS => Ok(TrainingDevice::cpu()),
        DeviceChoice::Auto => match probe() {
            Some(info) if auto_prefers_gpu(&info, step_flops) => open_gpu().or_else(|error| {
                log::warn!("{error} Training on the CPU.");
                Ok(TrainingDevice::cpu())
            }),
            _ => Ok(TrainingDevice::cpu()),
        },
    }
}

#[cfg(not(target_family = "wasm"))]
fn open_gpu() -> Result<TrainingDevice, DeviceError> {
    let (device, setup) =
        Device::wgpu_options()
            .init_with_setup()
            .map_err(|error| DeviceError::NoGpu {
                cause: error.to_string(),
            })?;
    Ok(TrainingDevice {
        device,
        backend: "wgpu",
        name: adapter_name(&setup.adapter.get_info()),
    })
}

/// Asks for the devices first: burn panics where it opens one that is not there.
#[cfg(all(feature = "cuda", not(target_family = "wasm")))]
fn open_cuda(number: usize) -> Result<TrainingDevice, DeviceError> {
    let devices = Device::enumerate(burn::tensor::DeviceType::Cuda).into_vec();
    let found = devices.len();
    let device = devices.into_iter().nth(number);
    let device = device.ok_or(DeviceError::NoCudaDevice { number, found })?;
    let name = device.identity().map(|identity| identity.name);
    Ok(TrainingDevice {
        name: name.unwrap_or_else(|| format!("CUDA device {number}")),
        backend: "cuda",
        device,
    })
}

#[cfg(all(not(feature = "cuda"), not(target_family = "wasm")))]
const fn open_cuda(_number: usize) -> Result<TrainingDevice, DeviceError> {
    Err(DeviceError::NoCuda)
}

/// The adapter that a headless run would get, without opening it.
#[cfg(not(target_family = "wasm"))]
fn probe() -> Option<wgpu::AdapterInfo> {
    let instance = wgpu::Instance::default();
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    pollster::block_on(instance.request_adapter(&options))
        .ok()
        .map(|adapter| adapter.get_info())
}

/// The adapter that the browser gives a page for WebGPU; `None` where there is no WebGPU.
#[cfg(target_family = "wasm")]
pub async fn browser_adapter() -> Option<wgpu::AdapterInfo> {
    if !wgpu::util::is_browser_webgpu_supported().await {
        return None;
    }
    let instance = wgpu::Instance::default();
    let options = wgpu::RequestAdapterOptions {
        power_preference: wgpu::PowerPreference::HighPerformance,
        ..Default::default()
    };
    let adapter = instance.request_adapter(&options).await.ok()?;
    Some(adapter.get_info())
}

fn adapter_name(info: &wgpu::AdapterInfo) -> String {
    if info.name.is_empty() {
        format!("GPU ({})", info.backend)
    } else {
        info.name.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn device_names_are_read_and_others_refused() {
        assert_eq!("auto".parse(), Ok(DeviceChoice::Auto));
        assert_eq!("cuda".parse(), Ok(DeviceChoice::Cuda(0)));
        assert_eq!("cuda:3".parse(), Ok(DeviceChoice::Cuda(3)));
        for wrong in ["", "tpu", "cuda:", "cuda:x", "GPU0"] {
            let error = wrong.parse::<DeviceChoice>().unwrap_err();
            assert!(error.to_string().contains("use auto, gpu, cpu"), "{error}");
        }
    }

    #[test]
    fn several_devices_at_once_are_refused() {
        let error = "cuda:0,cuda:1".parse::<DeviceChoice>().unwrap_err();
        assert!(error.to_string().contains("one device"), "{error}");
    }

    #[test]
    #[cfg(not(feature = "cuda"))]
    fn a_build_without_cuda_says_so() {
        assert_eq!(
            headless(DeviceChoice::Cuda(0), 1e12).unwrap_err(),
            DeviceError::NoCuda
        );
    }

    #[test]
    #[cfg(feature = "cuda")]
    fn a_device_that_is_not_there_is_no_panic() {
        // More than any machine has.
        let error = headless(DeviceChoice::Cuda(10_000), 1e12).unwrap_err();
        assert!(
            matches!(error, DeviceError::NoCudaDevice { number: 10_000, .. }),
            "{error}"
        );
    }
}
