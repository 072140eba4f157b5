import { backups } from './platform/backups.js'

// `holdfast synth` and `cdk8s synth` run this file. The tests make the same app, and write nothing.
backups().synth()
