import { createCipheriv, createHash, randomBytes, scryptSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A snapshot as restic stores it; there is no data behind it, which neither `snapshots` nor `forget` asks for. */
export interface StoredSnapshot {
  readonly time: string
  readonly hostname: string
  readonly paths: readonly string[]
  readonly tags?: readonly string[]
}

interface Key {
  readonly encrypt: Buffer
  readonly mac: { readonly k: Buffer; readonly r: Buffer }
}

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
const password = 'of a test'

/**
 * A local repository of restic’s format 2 whose snapshots are written without restic: a backup takes a second, and a
 * property needs thousands. Its key is derived cheaply, so that restic opens it at once.
 */
export class ResticStore {
  readonly folder = mkdtempSync(join(tmpdir(), 'holdfast-retention-'))
  readonly #key = { encrypt: randomBytes(32), mac: { k: randomBytes(16), r: clamped(randomBytes(16)) } }

  constructor() {
    for (const name of ['data', 'index', 'keys', 'locks', 'snapshots']) mkdirSync(join(this.folder, name))
    const config = { version: 2, id: randomBytes(32).toString('hex'), chunker_polynomial: '3dea92648f6e83' }
    writeFileSync(join(this.folder, 'config'), seal(this.#key, config))
    const key = Buffer.from(JSON.stringify(keyFile(this.#key)))
    writeFileSync(join(this.folder, 'keys', sha256(key)), key)
  }

  /** Stores a snapshot; returns its id. */
  add(snapshot: StoredSnapshot): string {
    const file = seal(this.#key, { ...snapshot, tree: '0'.repeat(64), username: 'test' })
    const id = sha256(file)
    writeFileSync(join(this.folder, 'snapshots', id), file)
    return id
  }

  /** What restic needs to open it. The time zone is that of our containers. */
  get environment(): NodeJS.ProcessEnv {
    return { RESTIC_REPOSITORY: this.folder, RESTIC_PASSWORD: password, TZ: 'UTC', GOMAXPROCS: '2' }
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

function keyFile(master: Key): object {
  const salt = randomBytes(64)
  const [N, r, p] = [2, 8, 1]
  const derived = scryptSync(password, salt, 64, { N, r, p })
  const user = {
    encrypt: derived.subarray(0, 32),
    mac: { k: derived.subarray(32, 48), r: derived.subarray(48, 64) },
  }
  const data = seal(user, {
    mac: { k: master.mac.k.toString('base64'), r: master.mac.r.toString('base64') },
    encrypt: master.encrypt.toString('base64'),
  })
  const made = { created: '2026-01-01T00:00:00Z', username: 'test', hostname: 'test' }
  return { ...made, kdf: 'scrypt', N, r, p, salt: salt.toString('base64'), data: data.toString('base64') }
}

// restic’s design document: AES-256 in counter mode, authenticated by Poly1305-AES over the ciphertext.
function seal(key: Key, value: object): Buffer {
  const nonce = randomBytes(16)
  const cipher = createCipheriv('aes-256-ctr', key.encrypt, nonce)
  const text = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final()])
  const once = createCipheriv('aes-128-ecb', key.mac.k, null).setAutoPadding(false)
  return Buffer.concat([nonce, text, poly1305(text, clamped(key.mac.r), once.update(nonce))])
}

const number = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
const prime = 2n ** 130n - 5n

function poly1305(text: Buffer, r: Buffer, s: Buffer): Buffer {
  let sum = 0n
  const factor = number(r)
  for (let at = 0; at < text.length; at += 16) {
    const block = text.subarray(at, at + 16)
    sum = ((sum + number(block) + (1n << BigInt(8 * block.length))) * factor) % prime
  }
  const tag = BigInt.asUintN(128, sum + number(s))
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse()
}

function clamped(r: Buffer): Buffer {
  const mask = Buffer.from('ffffff0ffcffff0ffcffff0ffcffff0f', 'hex')
  return Buffer.from(r.map((byte, index) => byte & (mask[index] ?? 0)))
}
