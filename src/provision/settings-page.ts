/** What the settings of the self-service page mean to each other. Pure. */
import { type Checked, type GivenSettings, type Raw, settingsTable } from './settings-table.ts'

const NEEDS_SES = '--dashboard-from: needs --dashboard-ses (Cognito’s own mails have a sender of their own)'

/** What the page has of its own; each means nothing without it. */
const WITHOUT_PAGE = {
  ...{ pageShows: 'own', dashboardMfa: 'optional', dashboardCidrs: [], dashboardPrefix: '' },
  ...{ dashboardUrl: '', dashboardSes: '', dashboardFrom: '' },
} as const satisfies GivenSettings

/** What goes with what is taken away, unless it is given anew. */
export const clearedOfPage = ({ dashboard, dashboardSes }: GivenSettings): GivenSettings => ({
  ...(dashboard === false ? WITHOUT_PAGE : {}),
  ...(dashboardSes === '' || dashboardSes === 'none' ? { dashboardFrom: '' } : {}),
})

const needsPage = (flag: string): string => `--${flag}: needs --dashboard`
/** What is right or wrong only beside what is installed. */
export const ABOUT_PAGE: readonly string[] = [
  NEEDS_SES,
  ...settingsTable.filter(({ key }) => key in WITHOUT_PAGE).map(({ flag }) => needsPage(flag)),
]

/** What is set of a page that is not wished, or of its mails where Cognito itself sends them. */
export function ofPage(checked: Checked): readonly string[] {
  if (checked.dashboard) return checked.dashboardFrom && checked.dashboardSes === undefined ? [NEEDS_SES] : []
  const without = new Map<string, Raw>(Object.entries(WITHOUT_PAGE))
  return settingsTable.flatMap(({ key, flag, check: parse }) => {
    const usual = without.has(key) ? parse(without.get(key)) : undefined
    const same = usual === undefined || ('ok' in usual && String(usual.ok) === String(checked[key as keyof Checked]))
    return same ? [] : [needsPage(flag)]
  })
}
