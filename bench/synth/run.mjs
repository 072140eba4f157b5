// One measurement in a process of its own.
// usage: node run.mjs <cdk8s|synthFleet> <one|policies|files|namespaces|volumes> <objects> <outdir> [changed]
const [writer, shape, size, outdir, changed] = process.argv.slice(2)
const objects = Number(size)
const layout = shape === 'namespaces' ? 'namespaces' : 'charts'
const { tree } = await import('./tree.mjs')
const { synthFleet } =
  writer === 'synthFleet' ? await import('../../build/constructs/synth/synth-fleet.js') : { synthFleet: undefined }
const { volumes } = shape === 'volumes' ? await import('./volumes.mjs') : { volumes: undefined }

const loaded = performance.now()
const app =
  volumes === undefined
    ? tree(objects, layout === 'namespaces' ? 'policies' : shape, outdir, changed === 'changed')
    : volumes(objects, outdir)
const built = performance.now()
if (synthFleet === undefined) app.synth()
else synthFleet(app, { layout })
const written = performance.now()
process.stdout.write(
  JSON.stringify({
    build: built - loaded,
    synth: written - built,
    mebibytes: process.resourceUsage().maxRSS / 1024,
  }),
)
