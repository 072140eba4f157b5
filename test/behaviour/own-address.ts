import { BlockList, isIPv4 } from 'node:net'
import { networkInterfaces } from 'node:os'

/** This machine’s address in the network of the API server, which pods reach too. */
export function ownAddressBeside(server: string): string {
  for (const { address, family, cidr } of Object.values(networkInterfaces()).flatMap(list => list ?? [])) {
    const [network = '', bits] = cidr?.split('/') ?? []
    if (family !== 'IPv4' || bits === undefined || !isIPv4(server)) continue
    const neighbours = new BlockList()
    neighbours.addSubnet(network, Number(bits))
    if (neighbours.check(server)) return address
  }
  throw new Error(`no network interface of this machine is in the network of ${server}; tests run beside their cluster`)
}
