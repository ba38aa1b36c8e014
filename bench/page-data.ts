/** What the page's function does for five hundred principals, with all their days and models: processor time and bytes. */
import { gzipSync } from 'node:zlib'
import type { Month } from '../src/runtime/domain/base/calendar.ts'
import { collect } from '../src/runtime/usecases/books.ts'
import { pageEverybody, pageModels } from '../src/runtime/usecases/page-everybody.ts'
import type { PageRoom } from '../src/runtime/usecases/page-room.ts'
import { pageSpend } from '../src/runtime/usecases/page-spend.ts'
import { manyPrincipals, pageAdmin, pageUser } from '../test/support/page-data.ts'
import type { Figure } from './analyze.ts'

const RUNS = 9

export async function pageDataFigures(): Promise<readonly Figure[]> {
  const room = await remembered()
  const own = pageUser('member', 'user/member-007')
  const asked = [
    ['everybody', () => pageEverybody(room, pageAdmin), 300],
    ['models', () => pageModels(room, pageAdmin), 150],
    ['spend', () => pageSpend(room, own), 150],
  ] as const
  const figures: Figure[] = []
  for (const [name, ask, most] of asked) {
    const times: number[] = []
    let text = ''
    for (let run = 0; run < RUNS; run++) {
      // The processor's time, not the clock's: nothing is waited for here, and a busy machine changes little.
      const before = process.cpuUsage()
      text = JSON.stringify(await ask())
      times.push(process.cpuUsage(before).user / 1000)
    }
    const ms = Math.round(times.sort((a, b) => a - b)[Math.floor(RUNS / 2)] ?? 0)
    const kb = Math.round(gzipSync(text).length / 1024)
    figures.push(
      { name: `pageData.${name}CpuMs`, value: ms, unit: 'ms', goal: `<= ${most}`, ok: ms <= most },
      { name: `pageData.${name}GzipKb`, value: kb, unit: 'KB', goal: '<= 400', ok: kb <= 400 },
    )
  }
  return figures
}

/** The ledger in memory counts its journal at every question; here only the answer is measured. */
async function remembered(): Promise<PageRoom> {
  const world = await manyPrincipals()
  const months = ['2026-11', '2026-10'] as Month[]
  const balances = new Map(
    await Promise.all(months.map(async (month) => [month, await collect(world.ledger.balances(month))] as const)),
  )
  const details = await collect(world.ledger.detail('2026-11' as Month))
  return {
    ...world.room(),
    past: { balances: async () => [] },
    ledger: {
      balances: async function* (month) {
        yield* balances.get(month) ?? []
      },
      detail: async function* (_, principal) {
        yield* principal === undefined ? details : details.filter((one) => one.principal === principal)
      },
    },
  }
}
