import { demoContent } from './demo-content.js'

// Prints the content of a made-up fleet: node --import tsx bench/report/content-of.ts <policies>
process.stdout.write(JSON.stringify(demoContent(Number(process.argv[2]))))
