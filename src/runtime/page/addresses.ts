import { BlockList, isIP, SocketAddress } from 'node:net'

type Family = 'ipv4' | 'ipv6'

interface Address {
  readonly text: string
  readonly family: Family
}

/** `::ffff:192.0.2.7` is the address 192.0.2.7 on its way through an IPv6 socket (RFC 4291, 2.5.5.2), however it is spelled. */
function readAddress(text: string): Address | undefined {
  const version = isIP(text)
  // A zone (`fe80::1%eth0`) says something about one machine's cables, not about who asks.
  if (version === 0 || text.includes('%')) return undefined
  if (version === 4) return { text, family: 'ipv4' }
  const { address } = new SocketAddress({ address: text, family: 'ipv6' })
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(address)?.[1]
  return mapped === undefined ? { text: address, family: 'ipv6' } : { text: mapped, family: 'ipv4' }
}

const MAPPED_BITS = 96

/**
 * Says who is inside these ranges (CIDR notation). Without any, everybody is. An address that cannot be read is outside.
 * Two lists, because one would take `::/0` for all IPv4 addresses as well. Throws for a range that cannot be read: the function
 * then answers nobody, rather than everybody.
 */
export function addressCheck(cidrs: readonly string[]): (address: string) => boolean {
  if (cidrs.length === 0) return () => true
  const lists = { ipv4: new BlockList(), ipv6: new BlockList() }
  for (const cidr of cidrs) {
    const [text = '', length = ''] = cidr.split('/')
    const network = readAddress(text)
    if (network === undefined || !/^\d{1,3}$/.test(length)) throw new Error(`${cidr} is no range of addresses`)
    const isMapped = network.family === 'ipv4' && text.includes(':')
    const bits = Number(length) - (isMapped ? MAPPED_BITS : 0)
    lists[network.family].addSubnet(network.text, bits, network.family)
  }
  return (text) => {
    const address = readAddress(text)
    return address !== undefined && lists[address.family].check(address.text, address.family)
  }
}
