import { createCipheriv, randomBytes } from 'node:crypto'

/** Keys of restic’s encryption: AES-256-CTR, authenticated by Poly1305-AES. */
export interface BoxKeys {
  readonly encrypt: Buffer
  /** Key of the AES that makes each message’s one-time part, and Poly1305’s own key. */
  readonly mac: { readonly k: Buffer; readonly r: Buffer }
}

/** The 64 bytes of a derived key, in restic’s order. */
export const boxKeys = (derived: Buffer): BoxKeys => ({
  encrypt: derived.subarray(0, 32),
  mac: { k: derived.subarray(32, 48), r: derived.subarray(48, 64) },
})

/**
 * Seals a text as restic does: a random vector, the cipher text, its code.
 * Source: https://restic.readthedocs.io/en/stable/100_references.html#keys-encryption-and-mac
 */
export function seal(keys: BoxKeys, plain: Buffer): Buffer {
  const vector = randomBytes(16)
  const text = counterMode(keys, vector, plain)
  return Buffer.concat([vector, text, code(keys, vector, text)])
}

/** Opens what `seal` or restic sealed. Throws for the wrong keys. */
export function open(keys: BoxKeys, sealed: Buffer): Buffer {
  const [vector, text] = [sealed.subarray(0, 16), sealed.subarray(16, -16)]
  if (!code(keys, vector, text).equals(sealed.subarray(-16))) throw new Error('the keys do not open this box')
  return counterMode(keys, vector, text)
}

function counterMode({ encrypt }: BoxKeys, vector: Buffer, input: Buffer): Buffer {
  const cipher = createCipheriv('aes-256-ctr', encrypt, vector)
  return Buffer.concat([cipher.update(input), cipher.final()])
}

const prime = 2n ** 130n - 5n
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn

/** Poly1305 (RFC 8439 §2.5) with AES of the vector as its one-time part. */
function code({ mac }: BoxKeys, vector: Buffer, text: Buffer): Buffer {
  const cipher = createCipheriv('aes-128-ecb', mac.k, null).setAutoPadding(false)
  const once = number(cipher.update(vector))
  const r = number(mac.r) & clamp
  let sum = 0n
  for (let at = 0; at < text.length; at += 16) {
    const block = Buffer.concat([text.subarray(at, at + 16), Buffer.of(1)])
    sum = ((sum + number(block)) * r) % prime
  }
  const tag = (sum + once) % 2n ** 128n
  return Buffer.from(tag.toString(16).padStart(32, '0'), 'hex').reverse()
}

/** Little-endian. */
const number = (bytes: Buffer) => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`)
