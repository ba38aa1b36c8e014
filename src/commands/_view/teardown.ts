/** How a teardown ended, in words: whom it freed, what stays, what AWS keeps, what is left. Pure. */
import type { Bearer } from '../../provision/bearers.ts'
import type { Proof, Remains } from '../../provision/proof.ts'
import { wrap } from './width.ts'

export function freedText(freed: readonly Bearer[]): string {
  const lines = freed.map(({ principal, policy, by }) => {
    const how = by === 'group' ? `${policy}, through the guard’s own group` : policy
    return `  ${principal} (${how})`
  })
  return ['Released:', ...lines].join('\n')
}

/** @param removeData the command that removes what a teardown keeps, where it would find it by its name. */
export function proofText(proof: Proof, removeData: string): string {
  const { left, kept, awsKeeps, notLookedAt } = proof
  const verdict =
    left.length > 0
      ? ['Looked up again by name and by tag, and still there:', ...left.flatMap(withCommand)]
      : [
          `Looked up again by name and by tag: ${kept.length > 0 ? 'only what stays on purpose is left.' : 'nothing of the guard is left.'}`,
        ]
  return [
    verdict.join('\n'),
    ...(kept.length === 0
      ? []
      : [
          ['What stays; to remove it too:', ...kept.flatMap(withCommand), `  or both at once: ${removeData}`].join(
            '\n',
          ),
        ]),
    ...(awsKeeps.length === 0 ? [] : [['What AWS keeps for a time:', ...awsKeeps.flatMap(withReason)].join('\n')]),
    ...(notLookedAt.length === 0
      ? []
      : [['What could not be looked at:', ...notLookedAt.map((text) => wrap(text, 80, '  '))].join('\n')]),
  ].join('\n\n')
}

/** A command is never wrapped: it is there to be copied. */
const withCommand = ({ kind, name, command }: Remains): readonly string[] => [
  `  ${kind} ${name}`,
  ...(command === null ? [] : [`    ${command}`]),
]

const withReason = ({ kind, name, why }: Remains): readonly string[] => [
  `  ${kind} ${name}`,
  ...(why === undefined ? [] : [wrap(why, 80, '    ')]),
]

/** For `--json`: nothing but null where nothing is known. */
export const proofJson = ({ left, kept, awsKeeps, notLookedAt }: Proof) => {
  const plain = ({ kind, name, arn, command, why }: Remains) => ({ kind, name, arn, command, why: why ?? null })
  return { left: left.map(plain), kept: kept.map(plain), awsKeeps: awsKeeps.map(plain), notLookedAt: [...notLookedAt] }
}
