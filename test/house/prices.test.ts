/** The built-in price book is what its script makes of the source and the hand rows. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { priceFiles } from '../../scripts/prices.ts'

const root = join(import.meta.dirname, '../..')

test.each(Object.entries(priceFiles()))('%s is what npm run prices:snapshot makes', (path, text) => {
  expect(readFileSync(join(root, path), 'utf8')).toBe(text)
})
