import { afterEach, describe, expect, test, vi } from 'vitest'
import { watchStatus } from '../../src/commands/_watch.ts'

afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

describe('status --watch', () => {
  test('looks as often as it likes without leaving anything behind, and ends at once when told', async () => {
    const warnings: Error[] = []
    const hear = (warning: Error) => warnings.push(warning)
    process.on('warning', hear)
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    const controller = new AbortController()
    let looks = 0
    const show = async () => {
      looks += 1
      if (looks === 30) controller.abort()
      return { view: { looks }, text: '' }
    }
    // A pause of an hour would follow the last look: it must not begin.
    await watchStatus(show, {
      get seconds() {
        return looks === 30 ? 3600 : 0.001
      },
      json: true,
      stop: controller.signal,
    })
    await new Promise((done) => setImmediate(done))
    process.off('warning', hear)
    expect(written).toHaveBeenCalledTimes(30)
    expect(warnings).toEqual([])
    expect(process.exitCode).toBe(130)
  })
})
