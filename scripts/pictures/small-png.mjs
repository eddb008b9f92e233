// In: a screenshot. Out: the same picture with a palette, a third of the size: Chromium writes four bytes for every pixel.
// Always: the 256 colours that most pixels have stay as they are; the others, at the edges of letters, become the nearest of them.
// The small programs that do this are not on every machine; Chromium, which reads the pixels for us, is here anyway.
import zlib from 'node:zlib'; // `crc32` is in it since Node 20.15

export async function smallPng(browser, screenshot) {
  const page = await browser.newPage(); // one of its own: what was photographed may forbid this
  const { width, height, base64 } = await page.evaluate(pixelsOf, screenshot.toString('base64'));
  await page.close();
  const rgba = Buffer.from(base64, 'base64');
  const colours = Uint32Array.from({ length: width * height }, (_, pixel) => rgba.readUIntBE(pixel * 4, 3));
  const { palette, places } = paletteOf(colours);
  const rows = Buffer.alloc((width + 1) * height); // each begins with a 0: no filter
  colours.forEach((colour, pixel) => {
    rows[pixel + Math.floor(pixel / width) + 1] = places.get(colour);
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3], 8); // eight bits a pixel, with a palette
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap(parts))),
    chunk('IDAT', zlib.deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Runs in the page. */
async function pixelsOf(base64) {
  const image = new Image();
  image.src = `data:image/png;base64,${base64}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  const { width, height } = Object.assign(canvas, { width: image.width, height: image.height });
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const reader = new FileReader();
  reader.readAsDataURL(new Blob([context.getImageData(0, 0, width, height).data]));
  await new Promise((resolve) => (reader.onload = resolve));
  return { width, height, base64: reader.result.split(',')[1] };
}

/** The palette, and for each colour its place in it. */
function paletteOf(colours) {
  const pixels = new Map();
  for (const colour of colours) pixels.set(colour, (pixels.get(colour) ?? 0) + 1);
  const palette = [...pixels.keys()].sort((a, b) => pixels.get(b) - pixels.get(a)).slice(0, 256);
  const nearest = (colour) => {
    const distances = palette.map((other) => distance(parts(colour), parts(other)));
    return distances.indexOf(Math.min(...distances));
  };
  return { palette, places: new Map([...pixels.keys()].map((colour) => [colour, nearest(colour)])) };
}

function parts(colour) {
  return [colour >> 16, (colour >> 8) & 255, colour & 255];
}

function distance(one, other) {
  return one.reduce((sum, part, place) => sum + (part - other[place]) ** 2, 0);
}

function chunk(name, data) {
  const body = Buffer.concat([Buffer.from(name), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(zlib.crc32(body));
  return Buffer.concat([length, body, check]);
}
