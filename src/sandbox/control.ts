/** The sandbox's own door for other processes: `/_sandbox/…`, JSON in and out. Loopback only, like everything here. */
import { type Answer, jsonAnswer } from './door/answer.ts'
import type { Request } from './door/decode.ts'
import type { Sandbox } from './types.ts'

type Told = Readonly<Record<string, unknown>>

const text = (told: Told, key: string): string => {
  const value = told[key]
  if (typeof value !== 'string' || value === '') throw new Error(`"${key}" is missing`)
  return value
}

const actions: Readonly<Record<string, (sandbox: Sandbox, told: Told) => unknown>> = {
  'GET about': ({ endpoint, account, region, env }) => ({ endpoint, account, region, env }),
  'GET time': (sandbox) => ({ now: new Date(sandbox.now()).toISOString() }),
  'POST time': (sandbox, told) => {
    if (typeof told['advanceSeconds'] === 'number') sandbox.advance(told['advanceSeconds'] * 1000)
    else sandbox.setTime(text(told, 'to'))
    return { now: new Date(sandbox.now()).toISOString() }
  },
  'POST tick': async (sandbox) => ({ fired: await sandbox.tick() }),
  'POST fire': async (sandbox, told) => ({ fired: await sandbox.fire(text(told, 'schedule')) }),
  'POST idle': async (sandbox) => {
    await sandbox.idle()
    return { problems: sandbox.problems() }
  },
  'GET mails': (sandbox) => ({ mails: sandbox.mails() }),
  'DELETE mails': (sandbox) => {
    sandbox.clearMails()
    return {}
  },
  'POST unsubscribe': async (sandbox, told) => ({ unsubscribed: await sandbox.unsubscribeMail(text(told, 'address')) }),
  'POST confirm': (sandbox, told) => ({ confirmed: sandbox.confirmMail(text(told, 'address')) }),
  'GET page': async (sandbox) => ({ url: (await sandbox.pageUrl()) ?? null }),
  'POST sign-in': async (sandbox, told) => {
    const who = { email: text(told, 'email'), password: text(told, 'password') }
    const chosen = told['newPassword'] === undefined ? {} : { newPassword: text(told, 'newPassword') }
    const { accessToken, idToken } = await sandbox.signInAs({ ...who, ...chosen })
    return { accessToken, idToken }
  },
  'POST password': async (sandbox, told) => {
    await sandbox.setPassword(text(told, 'email'), text(told, 'password'))
    return {}
  },
  'POST age-tokens': (sandbox, told) => {
    sandbox.ageTokens(Number(told['seconds']) * 1000)
    return {}
  },
  'GET calls': (sandbox) => ({ calls: sandbox.calls() }),
  'DELETE calls': (sandbox) => {
    sandbox.clearCalls()
    return {}
  },
  'GET invocations': (sandbox) => ({ invocations: sandbox.invocations() }),
  'POST users': async (sandbox, told) => ({ env: sandbox.envOf(await sandbox.createUser(text(told, 'name'))) }),
  'POST roles': async (sandbox, told) => ({ arn: await sandbox.createRole(text(told, 'name')) }),
  'POST assume': async (sandbox, told) => ({
    env: sandbox.envOf(await sandbox.assume(text(told, 'role'), text(told, 'session'))),
  }),
}

export async function control(sandbox: Sandbox, request: Request): Promise<Answer> {
  const name = `${request.method} ${request.path.slice('/_sandbox/'.length).split('?')[0]}`
  const action = actions[name]
  if (!action) return jsonAnswer({ error: `no such thing: ${name}`, there: Object.keys(actions) }, 404)
  try {
    const told = request.body.length > 0 ? (JSON.parse(request.body.toString('utf8')) as Told) : {}
    return jsonAnswer(await action(sandbox, told))
  } catch (error) {
    return jsonAnswer({ error: error instanceof Error ? error.message : String(error) }, 400)
  }
}
