import { describe, expect, test } from 'vitest'
import { encodingFor } from '../../src/runtime/page/encoding.ts'

describe('the packing of an answer', () => {
  test.each([
    ['gzip, deflate, br, zstd', 'br'],
    ['gzip, deflate', 'gzip'],
    ['GZIP', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0.8, gzip;q=0.8', 'br'],
    ['br;q=0, gzip', 'gzip'],
    ['br ; q=0 , gzip ; q=0', 'identity'],
    ['*', 'br'],
    ['*;q=0.1, br;q=0', 'gzip'],
    ['identity, gzip;q=0.5', 'identity'],
    ['identity;q=0.5, gzip;q=0.5', 'gzip'],
    ['identity', 'identity'],
    ['deflate, zstd', 'identity'],
    ['', 'identity'],
    ['br;q=x', 'identity'],
    ['brotli', 'identity'],
  ])('for "%s" is %s', (accepted, expected) => {
    expect(encodingFor(accepted)).toBe(expected)
  })
})
