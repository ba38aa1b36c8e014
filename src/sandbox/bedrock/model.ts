/** What a model id of a request stands for: the ARNs IAM is asked about, and where the call runs. */
import type { Profiles } from './profiles.ts'

export interface ResolvedModel {
  /** Base model id: `anthropic.claude-sonnet-5`. */
  readonly base: string
  /** What IAM judges, in order: the profile first, then the model behind it. */
  readonly resources: readonly string[]
  readonly profileArn: string | undefined
  readonly inferenceRegion: string
}

/** Regions a geographic prefix may run in; the second stands for "somewhere else than called". */
const homes: Readonly<Record<string, string>> = {
  us: 'us-west-2',
  eu: 'eu-central-1',
  apac: 'ap-northeast-1',
  jp: 'ap-northeast-3',
  au: 'ap-southeast-4',
  ca: 'ca-west-1',
  global: 'us-east-2',
}
const profileId = /^(us-gov|[a-z]{2,6})\.([a-z0-9-]+\..+)$/
const modelId = /^[a-z0-9-]+\.[a-zA-Z0-9._:-]+$/

export function resolveModel(
  id: string,
  where: { account: string; region: string },
  profiles: Profiles,
): ResolvedModel | undefined {
  const { account, region } = where
  const own = profiles.find(id)
  if (own) {
    const arns = own.models.map((one) => one.modelArn)
    const base = arns[0]?.split('/').pop() ?? ''
    return { base, resources: [own.arn, ...arns], profileArn: own.arn, inferenceRegion: region }
  }
  const plain = id.startsWith('arn:') ? (id.split('/').pop() ?? '') : id
  if (id.includes(':application-inference-profile/')) return undefined
  const prefixed = id.includes(':foundation-model/') ? null : profileId.exec(plain)
  if (prefixed) {
    const [, prefix = '', base = ''] = prefixed
    const profileArn = `arn:aws:bedrock:${region}:${account}:inference-profile/${plain}`
    const modelRegion = prefix === 'global' ? '' : region
    const model = `arn:aws:bedrock:${modelRegion}::foundation-model/${base}`
    return { base, resources: [profileArn, model], profileArn, inferenceRegion: homes[prefix] ?? region }
  }
  if (!modelId.test(plain)) return undefined
  const resource = id.startsWith('arn:') ? id : `arn:aws:bedrock:${region}::foundation-model/${plain}`
  return { base: plain, resources: [resource], profileArn: undefined, inferenceRegion: region }
}
