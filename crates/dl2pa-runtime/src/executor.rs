//! Spawning, yielding and sleeping: a thread of its own natively, the event loop in a browser.
//!
//! All tensor work of one session stays in one actor. burn keeps an order of work for each thread, so
//! an executor that moves tasks between threads would split a step.

pub use imp::{sleep, spawn_actor, yield_now};

/// How long an actor may work before it must yield, in seconds. In a browser it shares the thread
/// with drawing and input, so this is half a frame; natively it owns its thread.
pub const SLICE_SECS: f64 = if cfg!(target_family = "wasm") {
    0.008
} else {
    f64::INFINITY
};

#[cfg(not(target_family = "wasm"))]
mod imp {
    use std::future::Future;
    use std::time::Duration;

    /// Runs the future that `make` makes on a thread of its own, called `name`.
    ///
    /// # Errors
    ///
    /// Fails when the system gives no thread.
    pub fn spawn_actor<F: Future<Output = ()> + 'static>(
        name: &str,
        make: impl FnOnce() -> F + Send + 'static,
    ) -> std::io::Result<()> {
        let thread = std::thread::Builder::new().name(name.to_owned());
        thread.spawn(move || pollster::block_on(make())).map(drop)
    }

    /// Nothing: the actor's thread is its own.
    pub async fn yield_now() {}

    /// Sleeps on the actor's own thread.
    pub async fn sleep(secs: f64) {
        std::thread::sleep(Duration::from_secs_f64(secs.clamp(0.0, 3600.0)));
    }
}

#[cfg(target_family = "wasm")]
mod imp {
    use std::future::Future;

    use js_sys::Promise;
    use wasm_bindgen::JsValue;
    use wasm_bindgen_futures::{JsFuture, spawn_local};
    use web_sys::MessageChannel;

    /// Runs the future that `make` makes on the page's event loop.
    ///
    /// # Errors
    ///
    /// Never; the signature is the native one.
    pub fn spawn_actor<F: Future<Output = ()> + 'static>(
        _name: &str,
        make: impl FnOnce() -> F + Send + 'static,
    ) -> std::io::Result<()> {
        spawn_local(make());
        Ok(())
    }

    /// Lets the browser paint and take input: a macrotask. A resolved promise would run before
    /// either, and a timer waits 4 ms, so this posts a message to itself.
    pub async fn yield_now() {
        let promise = Promise::new(&mut |resolve, _reject| match MessageChannel::new() {
            Ok(channel) => {
                channel.port1().set_onmessage(Some(&resolve));
                if channel.port2().post_message(&JsValue::NULL).is_err() {
                    after_millis(&resolve, 0);
                }
            }
            Err(_) => after_millis(&resolve, 0),
        });
        settle(promise).await;
    }

    /// Comes back after so many seconds or somewhat later.
    pub async fn sleep(secs: f64) {
        let millis = (secs * 1e3).clamp(0.0, 3.6e6) as i32;
        settle(Promise::new(&mut |resolve, _reject| {
            after_millis(&resolve, millis);
        }))
        .await;
    }

    async fn settle(promise: Promise) {
        // These promises are never rejected.
        drop(JsFuture::from(promise).await);
    }

    fn after_millis(callback: &js_sys::Function, millis: i32) {
        let timer = web_sys::window().map(|window| {
            window.set_timeout_with_callback_and_timeout_and_arguments_0(callback, millis)
        });
        if !matches!(timer, Some(Ok(_))) {
            // Without timers there is nothing to wait for; go on at once.
            drop(callback.call0(&JsValue::NULL));
        }
    }
}
