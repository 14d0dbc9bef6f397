//! Draws a picture of egui's triangles into memory by the window's graphics, and packs it as PNG.

use std::time::Duration;

use dl2pa_view::Picture;
use eframe::egui_wgpu::wgpu;
use eframe::egui_wgpu::{Renderer, RendererOptions, ScreenDescriptor};

/// Longest wait for the graphics.
const WAIT: Duration = Duration::from_secs(20);
/// egui's colours are sRGB numbers already.
const FORMAT: wgpu::TextureFormat = wgpu::TextureFormat::Rgba8Unorm;
const BYTES_A_PIXEL: u32 = 4;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub(super) enum PixelError {
    /// The window is not drawn by wgpu.
    #[error("the window has no graphics to draw it with")]
    NoDevice,
    /// The graphics take no texture of this size.
    #[error("these graphics draw at most {most} pixels a side, and it has {side}")]
    TooLarge {
        /// The longer side.
        side: u32,
        /// What there is.
        most: u32,
    },
    /// The graphics did not answer.
    #[error("the graphics did not answer: {0}")]
    Silent(String),
    /// The pixels cannot be packed.
    #[error("the picture cannot be packed: {0}")]
    Png(#[from] ::png::EncodingError),
}

/// `picture` as a PNG file.
pub(super) fn png(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    mut picture: Picture,
) -> Result<Vec<u8>, PixelError> {
    let pixels = |points: f32| (points * picture.pixels_per_point).round() as u32;
    let (width, height) = (pixels(picture.size.x), pixels(picture.size.y));
    let (side, most) = (width.max(height), device.limits().max_texture_dimension_2d);
    if side > most {
        picture.textures.clear();
        return Err(PixelError::TooLarge { side, most });
    }
    let texture = device.create_texture(&wgpu::TextureDescriptor {
        label: Some("picture"),
        size: extent(width, height),
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: FORMAT,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    draw(device, queue, &mut picture, &texture);
    let rows = read(device, queue, &texture)?;
    let mut bytes = Vec::new();
    let mut encoder = ::png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(::png::ColorType::Rgba);
    encoder.set_depth(::png::BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rows)?;
    writer.finish()?;
    Ok(bytes)
}

fn extent(width: u32, height: u32) -> wgpu::Extent3d {
    wgpu::Extent3d {
        width,
        height,
        depth_or_array_layers: 1,
    }
}

fn draw(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    picture: &mut Picture,
    texture: &wgpu::Texture,
) {
    let mut renderer = Renderer::new(device, FORMAT, RendererOptions::default());
    #[expect(clippy::iter_over_hash_type, reason = "each texture is one's own")]
    for (id, deltas) in picture.textures.set.drain() {
        for delta in deltas {
            renderer.update_texture(device, queue, id, &delta);
        }
    }
    // The textures live as long as their renderer, which is gone after this.
    picture.textures.clear();
    let screen = ScreenDescriptor {
        size_in_pixels: [texture.width(), texture.height()],
        pixels_per_point: picture.pixels_per_point,
    };
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let mut commands =
        renderer.update_buffers(device, queue, &mut encoder, &picture.primitives, &screen);
    let [r, g, b, a] = picture
        .ground
        .to_array()
        .map(|channel| f64::from(channel) / 255.0);
    let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
    let mut pass = encoder
        .begin_render_pass(&wgpu::RenderPassDescriptor {
            label: Some("picture"),
            color_attachments: &[Some(wgpu::RenderPassColorAttachment {
                view: &view,
                resolve_target: None,
                ops: wgpu::Operations {
                    load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }),
                    store: wgpu::StoreOp::Store,
                },
                depth_slice: None,
            })],
            ..wgpu::RenderPassDescriptor::default()
        })
        .forget_lifetime();
    renderer.render(&mut pass, &picture.primitives, &screen);
    drop(pass);
    commands.push(encoder.finish());
    queue.submit(commands);
}

/// The pixels, row by row, RGBA.
fn read(
    device: &wgpu::Device,
    queue: &wgpu::Queue,
    texture: &wgpu::Texture,
) -> Result<Vec<u8>, PixelError> {
    let (width, height) = (texture.width(), texture.height());
    let row = width * BYTES_A_PIXEL;
    let padded = row.next_multiple_of(wgpu::COPY_BYTES_PER_ROW_ALIGNMENT);
    let buffer = device.create_buffer(&wgpu::BufferDescriptor {
        label: Some("picture"),
        size: u64::from(padded) * u64::from(height),
        usage: wgpu::BufferUsages::MAP_READ | wgpu::BufferUsages::COPY_DST,
        mapped_at_creation: false,
    });
    let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    encoder.copy_texture_to_buffer(
        texture.as_image_copy(),
        wgpu::TexelCopyBufferInfo {
            buffer: &buffer,
            layout: wgpu::TexelCopyBufferLayout {
                offset: 0,
                bytes_per_row: Some(padded),
                rows_per_image: None,
            },
        },
        extent(width, height),
    );
    let submission = queue.submit([encoder.finish()]);
    let (sender, receiver) = std::sync::mpsc::channel();
    let slice = buffer.slice(..);
    slice.map_async(wgpu::MapMode::Read, move |mapped| {
        // Nobody listens any more when the wait has been too long.
        sender.send(mapped).ok();
    });
    let silent = |cause: &dyn std::fmt::Display| PixelError::Silent(cause.to_string());
    device
        .poll(wgpu::PollType::Wait {
            submission_index: Some(submission),
            timeout: Some(WAIT),
        })
        .map_err(|error| silent(&error))?;
    let mapped = receiver.try_recv().map_err(|error| silent(&error))?;
    mapped.map_err(|error| silent(&error))?;
    let bytes = slice.get_mapped_range().map_err(|error| silent(&error))?;
    let rows = bytes
        .chunks_exact(padded as usize)
        .flat_map(|line| line.iter().take(row as usize))
        .copied()
        .collect();
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use eframe::egui_wgpu::{RenderState, WgpuConfiguration, WgpuSetup, WgpuSetupCreateNew};
    use egui::{Color32, Context, RawInput, Rect, pos2, vec2};

    use super::*;

    /// A red square on white, in the middle of 30 x 20 points.
    fn square(pixels_per_point: f32) -> Picture {
        let context = Context::default();
        let size = vec2(30.0, 20.0);
        let mut raw = RawInput {
            screen_rect: Some(Rect::from_min_size(pos2(0.0, 0.0), size)),
            ..RawInput::default()
        };
        let viewport = raw.viewports.entry(raw.viewport_id).or_default();
        viewport.native_pixels_per_point = Some(pixels_per_point);
        let output = context.run_ui(raw, |ui| {
            let red = Rect::from_min_size(pos2(10.0, 5.0), vec2(10.0, 10.0));
            ui.painter().rect_filled(red, 0.0, Color32::RED);
        });
        Picture {
            primitives: context.tessellate(output.shapes, pixels_per_point),
            textures: output.textures_delta,
            size,
            pixels_per_point,
            ground: Color32::WHITE,
        }
    }

    /// Whatever draws on this machine, without a window.
    fn graphics() -> RenderState {
        let setup = WgpuSetup::CreateNew(WgpuSetupCreateNew::without_display_handle());
        let instance = pollster::block_on(setup.new_instance());
        let configuration = WgpuConfiguration {
            wgpu_setup: setup,
            ..WgpuConfiguration::default()
        };
        let state =
            RenderState::create(&configuration, &instance, None, RendererOptions::default());
        pollster::block_on(state).unwrap()
    }

    #[test]
    fn the_file_has_four_pixels_a_point_in_the_right_places() {
        let state = graphics();
        let file = png(&state.device, &state.queue, square(4.0)).unwrap();
        let mut reader = ::png::Decoder::new(std::io::Cursor::new(file))
            .read_info()
            .unwrap();
        assert_eq!((reader.info().width, reader.info().height), (120, 80));
        let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
        reader.next_frame(&mut pixels).unwrap();
        let at = |x: usize, y: usize| &pixels[4 * (120 * y + x)..][..4];
        assert_eq!(at(60, 40), [255, 0, 0, 255]);
        assert_eq!(at(43, 23), [255, 0, 0, 255]);
        for (x, y) in [(0, 0), (119, 79), (36, 40), (84, 40), (60, 16), (60, 64)] {
            assert_eq!(at(x, y), [255, 255, 255, 255], "{x} {y}");
        }
    }

    #[test]
    fn a_picture_larger_than_the_graphics_draw_is_refused() {
        let state = graphics();
        let mut picture = square(1.0);
        picture.size.x = 1e7;
        let refusal = png(&state.device, &state.queue, picture);
        assert!(matches!(
            refusal,
            Err(PixelError::TooLarge {
                side: 10_000_000,
                ..
            })
        ));
    }
}
