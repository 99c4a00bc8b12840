// The worker for sharp. Its last arguments are the module's folder and the number of threads.
const fs = require('node:fs')
const path = require('node:path')
const readline = require('node:readline')

const folder = process.argv.at(-2)
const threads = Number(process.argv.at(-1))
const sharp = require(path.join(folder, 'node_modules', 'sharp'))

sharp.cache(false)
sharp.concurrency(threads)

const make = (data, want) => sharp(data)
  .autoOrient()
  .resize({ width: want.width, height: want.height, fit: want.fit, withoutEnlargement: true })
  .toFormat(want.format, want.format === 'png' ? {} : { quality: want.quality })
  .toBuffer()

// The formats in which photos are rewritten: the JPEG of cameras and editors that is the
// most expensive to decode, and a lossless format.
const makers = {
  progressive: picture => picture.jpeg({ quality: 97, progressive: true, chromaSubsampling: '4:4:4' }),
  png: picture => picture.png({ adaptiveFiltering: true }) // Most writers filter. By default sharp does not.
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
        await makers[asked.make](sharp(data).autoOrient()).toFile(asked.out)
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
