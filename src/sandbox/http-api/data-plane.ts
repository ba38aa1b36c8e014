/** HTTP APIs at work: each listens on a port of its own and does with a request what was deployed. */
import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { bodyOf, listenPlain } from '../door/listen-plain.ts'
import type { Door } from '../door/open.ts'
import { serviceMay } from '../iam/evaluate.ts'
import type { FunctionHost } from '../lambda/host.ts'
import type { World } from '../world.ts'
import { type Served, writeAccessLog } from './access-log.ts'
import { type Api, type Deployed, readDeployed } from './deployed.ts'
import { type ApiAnswer, type Asked, answerOf, eventOf, messageAnswer } from './event.ts'
import { type Issuers, type Judged, JwtAuthorizers } from './jwt.ts'
import { type Matched, routeOf } from './route.ts'

/** Where a test says from which address it comes; no AWS knows it, and no function sees it. */
export const SOURCE_HEADER = 'x-sandbox-source-ip'

interface Integrated {
  readonly answer: ApiAnswer
  readonly integrationError: string | undefined
  readonly integrationMs: number | undefined
}

const broken = (integrationError: string, integrationMs?: number): Integrated => ({
  answer: messageAnswer(500, 'Internal Server Error'),
  integrationError,
  integrationMs,
})

export class DataPlane {
  readonly #world: World
  readonly #host: FunctionHost
  readonly #jwt: JwtAuthorizers
  readonly #doors = new Map<string, Promise<Door>>()
  readonly #deployed = new Map<string, Promise<Deployed | undefined>>()

  constructor(world: World, host: FunctionHost, issuers: Issuers) {
    this.#world = world
    this.#host = host
    this.#jwt = new JwtAuthorizers(issuers)
  }
  /** `http://localhost:port`, opened when somebody first asks for it. */
  async endpoint(api: Api): Promise<string> {
    const opening = this.#doors.get(api.id) ?? listenPlain((request, response) => this.#serve(api, request, response))
    this.#doors.set(api.id, opening)
    return `http://localhost:${(await opening).port}`
  }
  /** Something of an API or of a function's policy was changed. */
  changed(): void {
    this.#deployed.clear()
  }
  async close(id: string): Promise<void> {
    const door = this.#doors.get(id)
    this.#doors.delete(id)
    await (await door)?.close()
  }
  async stop(): Promise<void> {
    this.changed()
    this.#jwt.clear()
    await Promise.all([...this.#doors.keys()].map((id) => this.close(id)))
  }
  #serve(api: Api, request: IncomingMessage, response: ServerResponse): void {
    this.#answer(api, request)
      .catch((error: unknown) =>
        messageAnswer(500, `the sandbox failed: ${error instanceof Error ? error.message : String(error)}`),
      )
      .then(({ status, headers, cookies, body }) => {
        const all = { ...headers, ...(cookies.length > 0 ? { 'set-cookie': [...cookies] } : {}) }
        response.writeHead(status, { ...all, 'content-length': body.length })
        response.end(request.method === 'HEAD' ? undefined : body)
      })
      .catch(() => response.destroy())
  }
  async #answer(api: Api, request: IncomingMessage): Promise<ApiAnswer> {
    const started = performance.now()
    const asked = await this.#asked(request)
    const reading = this.#deployed.get(api.id) ?? readDeployed(this.#world, api)
    this.#deployed.set(api.id, reading)
    reading.catch(() => this.#deployed.delete(api.id))
    const deployed = await reading
    if (deployed === undefined) return messageAnswer(404, 'Not Found')
    const path = asked.url.split('?')[0] ?? '/'
    const matched = routeOf(deployed.routes, { method: asked.method, path })
    const judged = matched && (await this.#judge(matched, asked))
    const done = await this.#done(api, asked, matched, judged)
    const answer = { ...done.answer, headers: { ...done.answer.headers, 'apigw-requestid': asked.id } }
    const routeKey = matched?.route.RouteKey
    const served: Served = { asked, ...done, answer, routeKey, judged, milliseconds: performance.now() - started }
    this.#world.work.start(`access log of ${api.id}`, () => writeAccessLog(this.#world, api, deployed, served))
    return answer
  }
  async #asked(request: IncomingMessage): Promise<Asked> {
    const headers: Record<string, string> = {}
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && name !== SOURCE_HEADER) headers[name] = Array.isArray(value) ? value.join(',') : value
    }
    const said = request.headers[SOURCE_HEADER]
    return {
      id: randomBytes(9).toString('base64url'),
      at: this.#world.clock.now(),
      method: request.method ?? 'GET',
      url: request.url ?? '/',
      headers,
      body: await bodyOf(request),
      sourceIp: typeof said === 'string' ? said : '127.0.0.1',
    }
  }
  async #judge({ route }: Matched, asked: Asked): Promise<Judged | undefined> {
    if (route.AuthorizationType !== 'JWT') return undefined
    if (!route.authorizer) return { refused: 401, why: 'the route has no authorizer' }
    return this.#jwt.judge(asked.headers['authorization'], route.authorizer, route.AuthorizationScopes ?? [])
  }
  async #done(api: Api, asked: Asked, matched: Matched | undefined, judged: Judged | undefined): Promise<Integrated> {
    const plain = (answer: ApiAnswer): Integrated => ({ answer, integrationError: undefined, integrationMs: undefined })
    if (matched === undefined) return plain(messageAnswer(404, 'Not Found'))
    if (judged && 'refused' in judged) {
      const isUnknown = judged.refused === 401
      const said = isUnknown ? 'Unauthorized' : 'Forbidden'
      const header = isUnknown
        ? 'Bearer'
        : `Bearer scope="${matched.route.AuthorizationScopes?.join(' ')}" error="insufficient_scope"`
      return plain(messageAnswer(judged.refused, said, { 'www-authenticate': header }))
    }
    const { functionName, integration, policy, RouteKey = '' } = matched.route
    if (functionName === undefined || integration?.IntegrationType !== 'AWS_PROXY') return broken('no integration')
    const { account, partition } = this.#world
    const [method, path] = RouteKey === '$default' ? ['$default', ''] : RouteKey.split(' ')
    const source = `arn:${partition}:execute-api:${api.region}:${account}:${api.id}/$default/${method}${path}`
    const context = { 'aws:SourceArn': source, 'aws:SourceAccount': account }
    if (!serviceMay(policy, 'apigateway.amazonaws.com', 'lambda:InvokeFunction', context)) {
      return broken(
        'The IAM role configured on the integration or API Gateway doesn’t have permissions to call the function.',
      )
    }
    if (!this.#host.has(api.region, functionName)) return broken(`there is no function ${functionName}`)
    const event = eventOf(api, account, asked, matched, judged)
    const started = performance.now()
    const ran = await this.#host.run(api.region, functionName, event, 'api', 1)
    const integrationMs = Math.round(performance.now() - started)
    if (ran.error) return broken(`The Lambda function returned an error: ${ran.error.errorMessage}`, integrationMs)
    const answer = answerOf(JSON.parse(ran.payload))
    if (answer === undefined) return broken('The response from the Lambda function is malformed.', integrationMs)
    return { answer, integrationError: undefined, integrationMs }
  }
}
