// Tells the page how far the download and the start of the program are; trunk calls these five.
export default function initializer() {
  const page = window.__dl2pa_loading;
  return {
    onStart: () => page.started(),
    onProgress: ({ current, total }) => page.progress(current, total),
    onComplete: () => {},
    onSuccess: () => page.arrived(),
    onFailure: (reason) => page.failed(reason),
  };
}
