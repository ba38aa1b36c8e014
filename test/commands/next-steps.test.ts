import { expect, test } from 'vitest'
import { nextSteps } from '../../src/commands/_view/next-steps.ts'
import type { Settings } from '../../src/provision/guard.ts'
import { namesFor } from '../../src/provision/names.ts'
import { defaultSettings } from '../../src/provision/settings.ts'

const place = { account: '123456789012', region: 'ap-northeast-1', partition: 'aws' }
const shown = (wish: Partial<Settings> = {}, sandbox = false, page?: { url: string; users: number }) =>
  nextSteps({
    door: { ...place, sandbox, command: (words) => `cost-guard ${words}`, names: () => namesFor('cost-guard', place) },
    settings: { ...defaultSettings('cost-guard'), alarms: true, cloudwatchDashboard: true, ...wish },
    limits: 1,
    hold: false,
    page,
  })

test('after an install the dashboard and the alarms are a click away, as far as the guard has them', () => {
  const console = 'https://ap-northeast-1.console.aws.amazon.com/cloudwatch/home?region=ap-northeast-1'
  expect(shown()).toContain(`Dashboard: ${console}#dashboards/dashboard/cost-guard-ap-northeast-1`)
  expect(shown()).toContain(`Alarms: ${console}#alarmsV2:?search=cost-guard-`)
  expect(shown({ alarms: false, cloudwatchDashboard: false })).not.toContain('console.aws.amazon.com')
})

test('a sandbox is shown no page of the real console', () => {
  expect(shown({}, true)).not.toContain('console.aws.amazon.com')
})

test('where there is a page its address is said, and how somebody is let in, until somebody is', () => {
  const page = { url: 'https://spend.example.com/', users: 0 }
  expect(shown({}, false, page)).toContain(page.url)
  expect(shown({}, false, page)).toContain('cost-guard dashboard users add NAME --email you@example.com')
  expect(shown({}, false, { ...page, users: 1 })).not.toContain('dashboard users add')
  expect(shown()).not.toContain('dashboard users')
})
