/** docs/cloudwatch.md is drawn from the data that the guard is installed with. `npx vitest run test/provision/watching-docs.test.ts --update` redraws it. */
import { expect, test } from 'vitest'
import { ALARM_KEYS, alarmWishes, namingOf } from '../../src/provision/cloudwatch/alarms.ts'
import { dashboardBody, PANELS } from '../../src/provision/cloudwatch/dashboard.ts'
import { cloudWatchWords } from '../../src/provision/cloudwatch/words.ts'
import { scopeOf, settingsOf } from './world.ts'

const s3 = { bucket: undefined, expireDays: 365, largeBodies: false }

function drawn(): string {
  const scope = scopeOf(settingsOf({ guard: 'cost-guard', s3 }))
  const words = cloudWatchWords('en')
  const naming = namingOf(scope)
  const { widgets } = dashboardBody(scope)
  const grid = widgets.map(
    ({ type, x, y, width, height, properties }) =>
      `| ${y} | ${x} | ${width} x ${height} | ${type} | ${properties['title'] ?? (y === 0 ? 'header with links' : 'what to do when it looks wrong')} |`,
  )
  const panels = PANELS.map((key) => {
    const { title, help } = words.panel(key, naming)
    return `### ${title}\n\n${help}`
  })
  const alarms = alarmWishes(scope).map(({ name, periods, wrongPeriods, periodSeconds, missing }) => {
    const key = ALARM_KEYS.find((one) => name === `cost-guard-${one}`)
    if (key === undefined) throw new Error(`no key of ${name}`)
    const { what, why, next } = words.alarm(key, naming)
    const rule = `${wrongPeriods} of ${periods} periods of ${periodSeconds / 60} minutes; a missing point is ${missing === 'breaching' ? 'wrong' : 'right'}.`
    return `### ${name}\n\n${what} ${why}\n\n${next}\n\nRings after ${rule}`
  })
  return [
    '# CloudWatch: the dashboard and the alarms',
    'Both are on by default: `init --no-cloudwatch-dashboard`, `init --no-alarms` switch them off. Texts are English or Japanese, as the mails (`--language`).',
    'The functions write three metrics of their own into their log lines (namespace `CostGuard`, dimension `Guard`): `ChecksFinished`, `RecordsCounted`, and `BlockFailures`, which is written only while there are any. There is no metric per principal: each would cost 0.30 dollars a month. The cost by principal is added up from log lines.',
    '## The grid\n\n24 columns; rows and columns count from the top left.',
    ['| row | column | size | kind | what |', '| --- | --- | --- | --- | --- |', ...grid].join('\n'),
    '## The panels, and what to do when one looks wrong',
    ...panels,
    '## The alarms\n\nMailed through the topic of the notices. The one of the S3 copy is there only where there is a copy.',
    ...alarms,
  ].join('\n\n')
}

test('docs/cloudwatch.md says what is installed', async () => {
  await expect(`${drawn()}\n`).toMatchFileSnapshot('../../docs/cloudwatch.md')
})
