// The worker for sharp. Its last arguments are the module's folder and the number of threads.
const fs = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')

const folder = process.argv.at(-2)
const threads = Number(process.argv.at(-1))
const sharp = require(path.join(folder, 'node_modules', 'sharp'))

sharp.cache(false)
sharp.concurrency(threads)

// JPEGs are drawn on white. The WebP of an animation is an animation.
const make = (data, want) => {
  const resized = sharp(data, { animated: want.format === 'webp' })
    .autoOrient()
    .resize({ width: want.width, height: want.height, fit: want.fit, withoutEnlargement: true })
  if (want.format === 'jpeg') resized.flatten({ background: '#ffffff' })
  return resized.toFormat(want.format, want.format === 'png' ? {} : { quality: want.quality }).toBuffer()
}

// The alpha of an image: opaque in the middle and transparent in the corners.
const vignette = Buffer.from('<svg width="2000" height="1500"><radialGradient id="g">' +
  '<stop offset=".6"/><stop offset="1" stop-opacity="0"/></radialGradient><rect width="100%" height="100%" fill="url(#g)"/></svg>')

// The size and the number of the frames of an animation, and how far everything moves from
// one to the next.
const frame = { width: 640, height: 480, count: 24, move: 9 }

async function animate (picture) {
  const large = await picture.resize({ width: 1280, height: 960, fit: 'fill' }).removeAlpha().toBuffer()
  const frames = []
  for (let i = 0; i < frame.count; i++) {
    const { width, height, move } = frame
    frames.push(await sharp(large).extract({ left: i * move, top: i * move, width, height }).raw().toBuffer())
  }
  const raw = { width: frame.width, height: frame.height * frame.count, channels: 3, pageHeight: frame.height }
  return sharp(Buffer.concat(frames), { raw }).gif({ delay: frames.map(() => 80) })
}

// The formats in which photos are rewritten: the JPEG of cameras and editors that is the
// most expensive to decode, the lossless formats, and an animation.
const makers = {
  progressive: picture => picture.jpeg({ quality: 97, progressive: true, chromaSubsampling: '4:4:4' }),
  png: picture => picture.png({ adaptiveFiltering: true }), // Most writers filter. By default sharp does not.
  alpha: picture => picture.resize({ width: 2000, height: 1500, fit: 'fill' })
    .composite([{ input: vignette, blend: 'dest-in' }]).png({ adaptiveFiltering: true }),
  webp: picture => picture.webp({ quality: 80 }),
  lossless: picture => picture.resize({ width: 2000, height: 1500, fit: 'fill' })
    .composite([{ input: vignette, blend: 'dest-in' }]).webp({ lossless: true, effort: 2 }),
  lzw: picture => picture.tiff({ compression: 'lzw', predictor: 'none' }),
  predicted: picture => picture.tiff({ compression: 'lzw', predictor: 'horizontal' }),
  gif: picture => picture.resize({ width: 1600 }).gif(),
  animated: animate
}

// Pipelines of sharp do not share a decode. Each opens its input at the scale that it needs.
// This is faster than three pipelines that use one whole decode in memory.
async function perform (decodes, data) {
  const wants = decodes.flat()
  if (threads > 1) return Promise.all(wants.map(want => make(data, want)))

  const made = []
  for (const want of wants) made.push(await make(data, want))
  return made
}

async function main () {
  let file, data
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const asked = JSON.parse(line)
    const reply = { error: '' }
    try {
      if (asked.file !== file) [file, data] = [asked.file, fs.readFileSync(asked.file)]
      if (asked.make) {
        await (await makers[asked.make](sharp(data).autoOrient())).toFile(asked.out)
      } else {
        const [begun, spent] = [process.hrtime.bigint(), process.cpuUsage()]
        const made = await perform(asked.decodes, data)
        reply.millis = Number(process.hrtime.bigint() - begun) / 1e6
        const cpu = process.cpuUsage(spent)
        reply.cpuMillis = (cpu.user + cpu.system) / 1e3
        reply.bytes = made.reduce((sum, variant) => sum + variant.length, 0)
        if (asked.out) made.forEach((variant, i) => fs.writeFileSync(path.join(asked.out, String(i)), variant))
      }
    } catch (error) {
      reply.error = String(error)
    }
    process.stdout.write(JSON.stringify(reply) + '\n')
  }
}

main()
