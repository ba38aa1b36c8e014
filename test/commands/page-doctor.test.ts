/** What doctor says of the page: whether it answers, who cannot sign in, and that its parts stop nobody. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { tellAws } from '../../src/commands/_aws-errors.ts'
import { driftFindings } from '../../src/commands/_doctor/health.ts'
import { pageAnswer, userFindings } from '../../src/commands/_doctor/page.ts'
import type { Plan } from '../../src/provision/engine/plan.ts'
import { askForRights } from '../../src/provision/engine/planning.ts'
import { namesFor } from '../../src/provision/names.ts'
import { isOfPage } from '../../src/provision/page.ts'
import type { Login } from '../../src/provision/page-users/standing.ts'
import type { Instant } from '../../src/runtime/domain/base/calendar.ts'

const command = (words: string) => `cost-guard ${words}`
const NOW = Date.parse('2026-11-18T02:12:00Z') as Instant

let close: () => void = () => undefined
afterEach(() => close())

/** A page that answers so. */
async function page(status: number, body: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(status).end(body))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => server.close()
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
const asked = (url: string, own = false) => pageAnswer({ url, clientId: 'c1', own }, command)

describe('the page', () => {
  it('is asked itself: that it answers, or that this machine is not let in', async () => {
    expect(await asked(await page(200, '{"clientId":"c1"}'))).toMatchObject({ state: 'ok', fix: null })
    close()
    const closed = await asked(await page(403, 'from certain networks only'))
    expect(closed).toMatchObject({ state: 'note', what: expect.stringContaining('not to the address of this machine') })
  })

  it('that does not answer, or where something else does, is a warning and no failure of the guard', async () => {
    const url = await page(200, '{"clientId":"another"}')
    expect(await asked(url)).toMatchObject({ state: 'warn', what: expect.stringContaining('something else answers') })
    close()
    expect(await asked(await page(404, '{"message":"Not Found"}'))).toMatchObject({
      ...{ state: 'warn', what: expect.stringContaining('answers 404'), fix: 'cost-guard doctor --fix' },
    })
    close()
    expect(await asked('http://127.0.0.1:9/', true)).toMatchObject({
      state: 'warn',
      what: expect.stringContaining('http://127.0.0.1:9/ does not answer'),
      fix: expect.stringContaining('mapped to it'),
    })
  })

  it('is no part of what protects: without it the guard still does', () => {
    const step = (id: string) => ({ do: 'create', id, kind: 'x', name: 'y', differences: [] })
    const plan = (...ids: readonly string[]) => ({ steps: ids.map(step) }) as unknown as Plan
    const lost = plan('user-pool/cost-guard-dashboard@us-east-1', 'function/cost-guard-dashboard@us-east-1')
    const names = namesFor('cost-guard', { account: '123456789012', region: 'us-east-1', partition: 'aws' })
    const drift = (all: Plan) => driftFindings(all, command, (id) => isOfPage(id, names))
    expect(drift(lost)).toMatchObject([{ state: 'warn' }])
    expect(drift(plan('function/cost-guard-ingest@us-east-1'))).toMatchObject([{ state: 'fail' }])
  })

  it('that may not be looked at is one warning, with the policy that allows it; the guard’s own parts stay failures', () => {
    const names = namesFor('cost-guard', { account: '123456789012', region: 'us-east-1', partition: 'aws' })
    const ids = ['http-api/cost-guard-dashboard@us-east-1', 'role/cost-guard-dashboard', 'role/cost-guard-ingest']
    const steps = ids.map((id) => ({
      ...{ do: 'refuse', id, kind: 'x', name: 'y', reason: 'no-right', why: `you may not look at ${id}` },
      ...{ suggestion: askForRights('iam:GetRolePolicy', names, id), differences: [] },
    }))
    const said = driftFindings({ steps } as unknown as Plan, command, (id) => isOfPage(id, names))
    expect(said.map(({ state, fix }) => [state, /--for \w+/.exec(fix ?? '')?.[0]])).toEqual([
      ['fail', undefined],
      ['warn', '--for dashboard'],
    ])
    expect(said[1]?.what).toContain('and 1 more of the page')
    const denied = Object.assign(new Error('not authorized to perform: cognito-idp:ListUsers on resource: x'), {
      name: 'AccessDeniedException',
    })
    expect(tellAws(denied)).toMatchObject({ suggestions: [expect.stringContaining('iam-policy --for dashboard')] })
  })
})

it('whose login was disabled in Cognito is named, and not counted among those who can open the page', () => {
  const login: Login = {
    ...{ sub: 's-1', username: 's-1', email: 'tanaka@example.com', status: 'CONFIRMED', enabled: false },
    ...{ createdAt: NOW, changedAt: NOW },
  }
  const user = { sub: 's-1', name: 'tanaka', admin: true, sees: [], addedAt: NOW, addedBy: 'x' }
  const [only, ...others] = userFindings([{ user, login }], { now: NOW, command })
  expect(others).toEqual([])
  expect(only).toMatchObject({ state: 'note', what: expect.stringContaining('tanaka: disabled in Cognito') })
})
