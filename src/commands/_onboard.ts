/** onboard: what was asked, checked; who it is for, looked up; settings, notes and the limit that waits. Reads only. */
import type { Settings } from '../provision/guard.ts'
import { GuardError } from '../runtime/domain/base/guard-error.ts'
import { parseUsd, toCents } from '../runtime/domain/money/money.ts'
import { readStatus } from '../runtime/usecases/status.ts'
import type { Door } from './_compose.ts'
import { CLIENTS, type Client } from './_onboard-clients.ts'
import { directoryOf, statusRoom } from './_rooms.ts'
import { lookUpIn, principalFor } from './_targets.ts'
import { limitName } from './_view/limit-name.ts'
import { shownLimit } from './_view/status-tables.ts'
import { wrap } from './_view/width.ts'

export interface Onboarding {
  readonly id: string
  readonly client: Client
  readonly format: string
  readonly source: string
  readonly model: string | undefined
  readonly awsProfile: string | undefined
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/cost-mgmt-request-metadata.html, as far as a label may go. */
const LABEL = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/
/** Model ids, inference profile ids and ARNs. */
const MODEL = /^[A-Za-z0-9][A-Za-z0-9:/._-]{0,511}$/
/** Of the AWS configuration; what a shell would read otherwise stays out. */
const AWS_PROFILE = /^[\w.@+-]{1,128}$/

/** @throws GuardError naming what cannot be used, before AWS is asked anything. */
export function checkOnboarding(flags: {
  readonly client: string
  readonly format?: string | undefined
  readonly source?: string | undefined
  readonly model?: string | undefined
  readonly awsProfile?: string | undefined
}): Onboarding {
  const client = CLIENTS[flags.client]
  if (client === undefined) throw unusable('client', flags.client, Object.keys(CLIENTS).join(', '))
  const formats = Object.keys(client.formats)
  const format = flags.format ?? formats[0] ?? ''
  if (!formats.includes(format)) throw unusable('format', format, formats.join(', '))
  const source = flags.source ?? flags.client
  if (!LABEL.test(source)) throw unusable('source', source, 'letters, digits, dots, dashes and underscores')
  const { model, awsProfile } = flags
  if (model !== undefined && !MODEL.test(model)) throw unusable('model', model, 'a model id, a profile id or an ARN')
  if (awsProfile !== undefined && !AWS_PROFILE.test(awsProfile)) {
    throw unusable('aws-profile', awsProfile, 'the name of an AWS profile')
  }
  return { id: flags.client, client, format, source, model, awsProfile }
}

const unusable = (flag: string, value: string, expected: string): GuardError =>
  new GuardError({
    code: 'bad-flag',
    fault: 'user',
    message: `--${flag} ${JSON.stringify(value)} cannot be used here: ${expected} ${flag === 'format' || flag === 'client' ? 'can' : 'is expected'}`,
    suggestions: [`onboard --help says what --${flag} takes`],
  })

export async function onboard(
  door: Door,
  wish: Onboarding,
  who: { readonly typed: string; readonly force: boolean },
): Promise<{ json: object; text: string; raw: string }> {
  const room = await statusRoom(door)
  const directory = await directoryOf(door)
  const principal = await principalFor(who.typed, lookUpIn({ ...room, directory }, door, who.force))
  const view = await readStatus(room)
  const row = view.principals.find((one) => one.principal === principal)
  const limit = row === undefined ? undefined : shownLimit(row)
  const form = wish.client.formats[wish.format]
  const raw = form?.text({ ...wish, region: door.region }) ?? ''
  const notes = [...aboutLabel(wish, room.settings, door), ...wish.client.notes]
  const free =
    limit === undefined
      ? `${principal} is under no limit.`
      : `${principal}: ${toCents(parseUsd(limit.spentUsd))} of ${toCents(parseUsd(limit.limitUsd))} dollars spent, by ${limitName(limit.id, principal)}.`
  const text = [
    wrap(`${wish.client.name} for ${principal}, into ${form?.where ?? ''}:`, 80),
    '',
    raw,
    '',
    ...[free, ...notes].map((note) => wrap(note, 80)),
  ].join('\n')
  return {
    json: {
      principal,
      client: wish.id,
      format: wish.format,
      source: wish.client.labels ? wish.source : null,
      where: form?.where ?? null,
      settings: raw,
      limit: limit ?? null,
      notes,
    },
    text,
    raw,
  }
}

function aboutLabel(
  { client, source }: Onboarding,
  { labels, onlySources }: Pick<Settings, 'labels' | 'onlySources'>,
  door: Door,
): readonly string[] {
  if (!client.labels) {
    return onlySources
      ? ['This guard counts only calls with one of its labels: calls of this client are not counted.']
      : []
  }
  const label = onlySources
    ? `This guard counts only calls with one of its labels: whoever leaves ${source} out spends without a limit.`
    : `The label ${source} is the caller's own word: whoever leaves it out is counted all the same, under none.`
  if (labels.includes(source)) return [label]
  const all = [...labels, source].map((one) => `--source ${one}`).join(' ')
  return [
    label,
    `This guard does not keep ${source} apart yet (${onlySources ? 'nothing of it is counted' : 'it shows as other'}). Try this: ${door.command(`init ${all}`)}`,
  ]
}
