/**
 * API Gateway's part of a call: addresses that lead to the data plane, and what the emulator lacks or forgets. The refusals are
 * ours, written from AWS's documentation and from errors people posted.
 */
import { GetRoutesCommand, GetStagesCommand, type Route } from '@aws-sdk/client-apigatewayv2'
import { type Answer, jsonAnswer } from '../door/answer.ts'
import { orAbsent, type Refusal, refusing, text } from '../refusals/refuse.ts'
import type { Hook, Passing, World } from '../world.ts'
import type { DataPlane } from './data-plane.ts'

type Wire = Record<string, unknown>
const read = (answer: Answer): Wire => JSON.parse(answer.body.toString('utf8')) as Wire
const isDone = (answer: Answer): boolean => answer.status < 300
/** Settings of single routes, but for the one that the call is about. */
const without = (settings: unknown, call: Passing): Wire =>
  Object.fromEntries(Object.entries((settings ?? {}) as Wire).filter(([key]) => key !== text(call, 'routeKey')))
const conflict = (message: string): Refusal => ({ code: 'ConflictException', message, status: 409 })

export class HttpApis {
  readonly #world: World
  readonly #plane: DataPlane
  readonly #hasIssuer: (issuer: string) => Promise<boolean>
  /** The emulator drops it. */
  readonly #addressTypes = new Map<string, string>()
  /** API → authorizer → as it was answered: the emulator cannot list them. */
  readonly #authorizers = new Map<string, Map<string, Wire>>()

  constructor(world: World, plane: DataPlane, hasIssuer: (issuer: string) => Promise<boolean>) {
    this.#world = world
    this.#plane = plane
    this.#hasIssuer = hasIssuer
  }
  reset(): void {
    this.#addressTypes.clear()
    this.#authorizers.clear()
  }
  async #filled(call: Passing, api: Wire): Promise<Wire> {
    const id = String(api['apiId'])
    if (typeof call.input['ipAddressType'] === 'string') this.#addressTypes.set(id, call.input['ipAddressType'])
    if (api['protocolType'] !== 'HTTP') return api
    const apiEndpoint = await this.#plane.endpoint({ id, region: call.inRegion })
    return { ...api, apiEndpoint, ipAddressType: this.#addressTypes.get(id) ?? 'ipv4' }
  }
  async #apis(call: Passing, answer: Answer): Promise<Answer | undefined> {
    if (!isDone(answer)) return undefined
    const body = read(answer)
    if (call.operation !== 'GetApis') return jsonAnswer(await this.#filled(call, body), answer.status)
    const items = await Promise.all((body['items'] as readonly Wire[]).map((one) => this.#filled(call, one)))
    return jsonAnswer({ ...body, items })
  }
  #authorizer(call: Passing, answer: Answer): void {
    if (!isDone(answer)) return
    const kept = this.#authorizers.get(text(call, 'apiId')) ?? new Map<string, Wire>()
    this.#authorizers.set(text(call, 'apiId'), kept)
    if (call.operation === 'DeleteAuthorizer') kept.delete(text(call, 'authorizerId'))
    else kept.set(String(read(answer)['authorizerId']), read(answer))
  }
  /** The emulator cannot change a stage: it is made again with what was asked for. */
  async #updateStage(call: Passing): Promise<Answer | undefined> {
    const { upstream } = this.#world
    const { request } = call
    const path = (request.path.split('?')[0] ?? '').replace(/\/(?:accesslogsettings|routesettings\/.*)$/, '')
    const empty = Buffer.alloc(0)
    const found = await upstream.forward({ ...request, method: 'GET', path, body: empty })
    if (!isDone(found)) return found
    const { accessLogSettings, ...kept } = read(found)
    const { apiId, stageName, ...asked } = call.input
    const body = {
      UpdateStage: { accessLogSettings, ...kept, ...asked },
      DeleteAccessLogSettings: kept,
      DeleteRouteSettings: { accessLogSettings, ...kept, routeSettings: without(kept['routeSettings'], call) },
    }[call.operation]
    await upstream.forward({ ...request, method: 'DELETE', path, body: empty })
    const whole = Buffer.from(JSON.stringify({ ...body, stageName: kept['stageName'] ?? stageName }))
    const made = await upstream.forward({ ...request, method: 'POST', path: path.replace(/\/[^/]*$/, ''), body: whole })
    this.#plane.changed()
    return made
  }
  async #routesOf(call: Passing) {
    const { apigateway } = this.#world.clients(call.inRegion)
    return (await orAbsent(apigateway.send(new GetRoutesCommand({ ApiId: text(call, 'apiId') }))))?.Items ?? []
  }
  #refusals(): Hook[] {
    const usedBy = async (call: Passing, what: string, uses: (route: Route) => boolean) => {
      const route = (await this.#routesOf(call)).find(uses)
      return route && conflict(`Cannot delete ${what}. It is referenced in the following routes: ${route.RouteKey}.`)
    }
    return refusing('apigateway', {
      CreateStage: async (call) => {
        const { apigateway } = this.#world.clients(call.inRegion)
        const found = await orAbsent(apigateway.send(new GetStagesCommand({ ApiId: text(call, 'apiId') })))
        const isThere = found?.Items?.some(({ StageName }) => StageName === text(call, 'stageName'))
        return isThere ? conflict('Stage already exists') : undefined
      },
      CreateRoute: async (call) => {
        const key = text(call, 'routeKey')
        const isThere = (await this.#routesOf(call)).some(({ RouteKey }) => RouteKey === key)
        return isThere ? conflict(`Route with key ${key} already exists for this API`) : undefined
      },
      DeleteIntegration: (call) => {
        const id = text(call, 'integrationId')
        return usedBy(call, `Integration '${id}'`, ({ Target }) => Target === `integrations/${id}`)
      },
      DeleteAuthorizer: (call) => {
        const id = text(call, 'authorizerId')
        return usedBy(call, `authorizer '${id}'`, ({ AuthorizerId }) => AuthorizerId === id)
      },
      CreateAuthorizer: async (call) => {
        const { issuer } = (call.input['jwtConfiguration'] ?? {}) as { issuer?: string }
        if (issuer === undefined || (await this.#hasIssuer(issuer))) return undefined
        const message = `Caught exception when connecting to ${issuer}/.well-known/openid-configuration for issuer ${issuer}. Please try again later. Error: Invalid issuer: ${issuer}. Issuer must have a valid discovery endpoint ended with '/.well-known/openid-configuration'`
        return { code: 'BadRequestException', message }
      },
    })
  }
  hooks(): Hook[] {
    const on = (...operations: readonly string[]) => operations.map((one) => `apigateway:${one}`)
    const parts = ['Authorizer', 'Integration', 'Route', 'Stage']
    const changing = parts.flatMap((one) => [`Create${one}`, `Update${one}`, `Delete${one}`])
    return [
      {
        on: [...on('UpdateApi', ...changing), 'lambda:AddPermission', 'lambda:RemovePermission'],
        after: async () => {
          this.#plane.changed()
          return undefined
        },
      },
      ...this.#refusals(),
      { on: on('CreateApi', 'GetApi', 'GetApis', 'UpdateApi'), after: (call, answer) => this.#apis(call, answer) },
      {
        on: on('DeleteApi'),
        after: async (call) => {
          this.#authorizers.delete(text(call, 'apiId'))
          this.#addressTypes.delete(text(call, 'apiId'))
          await this.#plane.close(text(call, 'apiId'))
          return undefined
        },
      },
      {
        on: on('CreateAuthorizer', 'UpdateAuthorizer', 'DeleteAuthorizer'),
        after: async (call, answer) => {
          this.#authorizer(call, answer)
          return undefined
        },
      },
      {
        on: on('GetAuthorizers'),
        before: async (call) =>
          jsonAnswer({ items: [...(this.#authorizers.get(text(call, 'apiId'))?.values() ?? [])] }),
      },
      {
        on: on('UpdateStage', 'DeleteAccessLogSettings', 'DeleteRouteSettings'),
        before: (call) => this.#updateStage(call),
      },
    ]
  }
}
