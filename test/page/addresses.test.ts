import { describe, expect, test } from 'vitest'
import { addressCheck } from '../../src/runtime/page/addresses.ts'

const inside = (address: string, ...cidrs: readonly string[]): boolean => addressCheck(cidrs)(address)

describe('ranges of addresses', () => {
  test('without any range everybody may come, even from an address that cannot be read', () => {
    expect(inside('198.51.100.1')).toBe(true)
    expect(inside('')).toBe(true)
  })

  test.each([
    ['203.0.113.7', '203.0.113.0/24', true],
    ['203.0.114.7', '203.0.113.0/24', false],
    ['203.0.113.7', '203.0.113.7/32', true],
    ['203.0.113.8', '203.0.113.7/32', false],
    ['203.0.113.255', '203.0.113.128/25', true],
    ['203.0.113.127', '203.0.113.128/25', false],
    ['2001:db8::5', '2001:db8::/32', true],
    ['2001:db9::5', '2001:db8::/32', false],
    ['2001:DB8:0:0::5', '2001:db8::5/128', true],
    ['2001:db8::6', '2001:db8::5/128', false],
  ])('%s in %s: %s', (address, cidr, expected) => {
    expect(inside(address, cidr)).toBe(expected)
  })

  test('0.0.0.0/0 is every IPv4 address and no IPv6 address, ::/0 the other way round', () => {
    expect(inside('198.51.100.1', '0.0.0.0/0')).toBe(true)
    expect(inside('2001:db8::1', '0.0.0.0/0')).toBe(false)
    expect(inside('2001:db8::1', '::/0')).toBe(true)
    expect(inside('198.51.100.1', '::/0')).toBe(false)
    expect(inside('198.51.100.1', '::/0', '0.0.0.0/0')).toBe(true)
  })

  test.each(['::ffff:203.0.113.7', '::FFFF:cb00:7107', '0:0:0:0:0:ffff:203.0.113.7'])(
    '%s is the IPv4 address in it, in lists of either family',
    (mapped) => {
      expect(inside(mapped, '203.0.113.0/24')).toBe(true)
      expect(inside(mapped, '203.0.114.0/24')).toBe(false)
      expect(inside(mapped, '::/0')).toBe(false)
    },
  )

  test('a mapped range is the IPv4 range in it', () => {
    expect(inside('203.0.113.7', '::ffff:203.0.113.0/120')).toBe(true)
    expect(inside('203.0.114.7', '::ffff:203.0.113.0/120')).toBe(false)
  })

  test('::ffff:0:0/96 is every IPv4 address and no other, and a range is meant whole, whichever of its addresses names it', () => {
    expect(inside('198.51.100.1', '::ffff:0:0/96')).toBe(true)
    expect(inside('::ffff:198.51.100.1', '::ffff:0:0/96')).toBe(true)
    expect(inside('2001:db8::1', '::ffff:0:0/96')).toBe(false)
    expect(inside('10.200.0.1', '10.0.0.5/8')).toBe(true)
    expect(inside('11.0.0.1', '10.0.0.5/8')).toBe(false)
  })

  test('an IPv4 address inside a tunnel’s (6to4, NAT64) is not that IPv4 address: others make them', () => {
    expect(inside('2002:cb00:7107::1', '203.0.113.0/24')).toBe(false)
    expect(inside('64:ff9b::cb00:7107', '203.0.113.0/24')).toBe(false)
    expect(inside('::203.0.113.7', '203.0.113.0/24')).toBe(false)
  })

  test.each(['', ' ', '203.0.113', '203.0.113.7 ', '203.0.113.007', '203.0.113.7, 198.51.100.1', 'fe80::1%eth0', 'x'])(
    'an address that cannot be read is outside: "%s"',
    (address) => {
      expect(inside(address, '0.0.0.0/0', '::/0')).toBe(false)
    },
  )

  test.each([
    '203.0.113.0',
    '203.0.113.0/33',
    '203.0.113.0/-1',
    '2001:db8::/129',
    '::ffff:203.0.113.0/90',
    'x/8',
    '/0',
  ])('a range that cannot be read lets nobody in, instead of everybody: %s', (cidr) => {
    expect(() => addressCheck(['203.0.113.0/24', cidr])).toThrow()
  })
})
