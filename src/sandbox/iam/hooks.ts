/** IAM's and STS's part of a call: learns keys, forgets cached policies when IAM changes, says who is calling. */
import { type Answer, xmlAnswer } from '../door/answer.ts'
import type { Hook, Passing, World } from '../world.ts'
import { sessionCaller, userCaller } from './callers.ts'

const pick = (answer: Answer, element: string): string =>
  new RegExp(`<${element}>([^<]*)</${element}>`).exec(answer.body.toString('utf8'))?.[1] ?? ''

export const isIamChange = (call: Passing): boolean =>
  call.service === 'iam' && !/^(Get|List|Generate|Simulate)/.test(call.operation)

export function iamHooks(world: World): Hook[] {
  return [
    {
      on: ['iam:CreateAccessKey'],
      async after(_, answer) {
        if (answer.status !== 200) return undefined
        const name = pick(answer, 'UserName')
        const user = await world.userOf(name)
        world.keys.learn(pick(answer, 'AccessKeyId'), userCaller(user.arn, user.userId))
        return undefined
      },
    },
    {
      on: ['iam:DeleteAccessKey'],
      async after(call, answer) {
        if (answer.status === 200) world.keys.forget(String(call.input['AccessKeyId']))
        return undefined
      },
    },
    {
      on: ['sts:AssumeRole'],
      async after(call, answer) {
        if (answer.status !== 200) return undefined
        const caller = sessionCaller(pick(answer, 'Arn'), pick(answer, 'AssumedRoleId'), String(call.input['RoleArn']))
        world.keys.learn(pick(answer, 'AccessKeyId'), caller)
        return undefined
      },
    },
    {
      // Answered here because the sandbox's own keys outlive a reset of the emulator.
      on: ['sts:GetCallerIdentity'],
      async before(call) {
        if (!call.caller) return undefined
        const { arn, userId } = call.caller
        const result = `<Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${world.account}</Account>`
        return xmlAnswer('GetCallerIdentity', 'https://sts.amazonaws.com/doc/2011-06-15/', result)
      },
    },
  ]
}
