// The worker for sharp: its last arguments are the module's folder and the threads.
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
  .jpeg({ quality: want.quality })
  .toBuffer()

// What photos are written anew as: the costliest JPEG that cameras and editors
// write, and without loss.
const makers = {
  progressive: picture => picture.jpeg({ quality: 97, progressive: true, chromaSubsampling: '4:4:4' }),
  png: picture => picture.png({ adaptiveFiltering: true }) // As most writers do; sharp by default does not filter.
}

// Pipelines of sharp share no decode: each opens its input itself, and at the
// scale that it needs, which is faster than three from a whole decode in memory.
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
        if (asked.out) made.forEach((variant, i) => fs.writeFileSync(path.join(asked.out, `${i}.jpg`), variant))
      }
    } catch (error) {
      reply.error = String(error)
    }
    process.stdout.write(JSON.stringify(reply) + '\n')
  }
}

main()
