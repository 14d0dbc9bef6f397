// Draws the poster's sphere: 25 spots, spread over it, turning slowly until the program takes over.
(() => {
  // 25 points of the unit sphere, at least 40 degrees apart, from the top down.
  const SPOTS = [
    [.05, .99, .12], [-.08, .83, -.55], [-.62, .78, .05], [.55, .68, .48], [.71, .67, -.21],
    [-.13, .64, .76], [-.66, .43, -.61], [.42, .42, -.81], [-.74, .29, .61], [-.98, .17, -.06],
    [.44, .13, .89], [.94, .13, .31], [-.23, .01, -.97], [.92, -.05, -.4], [-.24, -.08, .97],
    [.41, -.27, -.87], [-.77, -.32, -.54], [-.86, -.39, .34], [.81, -.55, .19], [.37, -.56, .75],
    [-.16, -.69, -.7], [-.32, -.71, .63], [.5, -.77, -.4], [-.51, -.86, -.09], [.17, -.97, .18],
  ];
  const RADIUS = 100, TILT = .38, TURN_SECS = 80;
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  const sphere = document.getElementById("dl2pa-sphere");
  const make = (parent, name, attributes) => {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return parent.appendChild(element);
  };
  const pinGroup = sphere.querySelector(".pins"), lineGroup = sphere.querySelector(".lines");
  const pins = SPOTS.map((_, index) => make(pinGroup, "circle", { class: "pin " + "abcde"[index % 5] }));

  // Turned about the vertical axis, then tipped towards the viewer; z points at the viewer.
  const project = ([x, y, z], turn) => {
    const u = x * Math.cos(turn) + z * Math.sin(turn), w = z * Math.cos(turn) - x * Math.sin(turn);
    return [u, y * Math.cos(TILT) - w * Math.sin(TILT), y * Math.sin(TILT) + w * Math.cos(TILT)];
  };
  // The near side of a curve on the sphere, as an SVG path.
  const nearSide = (curve, turn) => {
    let path = "", drawing = false;
    for (let step = 0; step <= 72; step++) {
      const [x, y, z] = project(curve(step / 72 * 2 * Math.PI), turn);
      if (z > 0) path += (drawing ? "L" : "M") + (x * RADIUS).toFixed(1) + " " + (-y * RADIUS).toFixed(1);
      drawing = z > 0;
    }
    return path;
  };
  // Circles of latitude look the same however the sphere is turned; meridians do not.
  for (const latitude of [-60, -30, 0, 30, 60].map((degrees) => degrees * Math.PI / 180)) {
    const curve = (angle) => [Math.cos(latitude) * Math.cos(angle), Math.sin(latitude), Math.cos(latitude) * Math.sin(angle)];
    make(lineGroup, "path", { d: nearSide(curve, 0) });
  }
  const meridians = [0, 1, 2, 3, 4, 5].map((index) => {
    const at = index * Math.PI / 6;
    const curve = (angle) => [Math.cos(angle) * Math.cos(at), Math.sin(angle), Math.cos(angle) * Math.sin(at)];
    return { curve, element: make(lineGroup, "path", {}) };
  });

  const draw = (turn) => {
    for (const { curve, element } of meridians) element.setAttribute("d", nearSide(curve, turn));
    SPOTS.forEach((spot, index) => {
      const [x, y, z] = project(spot, turn), pin = pins[index];
      pin.setAttribute("cx", (x * RADIUS).toFixed(2));
      pin.setAttribute("cy", (-y * RADIUS).toFixed(2));
      pin.setAttribute("r", (5 + 1.8 * z).toFixed(2));
      // What is behind the sphere shines through it, faintly.
      pin.setAttribute("opacity", z > 0 ? "1" : Math.max(.16, .5 + z).toFixed(2));
    });
  };
  draw(0);

  const poster = document.getElementById("dl2pa-poster");
  const tick = (now) => {
    if (poster.hidden) return;
    if (!still.matches) draw(now / 1000 / TURN_SECS * 2 * Math.PI);
    requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
})();
