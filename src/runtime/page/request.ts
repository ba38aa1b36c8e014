import type { Claims } from './claims.ts'

/**
 * An HTTP API's event, payload 2.0, as far as the page reads it. Header names come in small letters, repeated parameters joined
 * by commas. https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export interface HttpEvent {
  readonly rawPath?: string
  readonly headers?: Readonly<Record<string, string | undefined>>
  readonly queryStringParameters?: Readonly<Record<string, string | undefined>>
  readonly requestContext?: {
    readonly requestId?: string
    readonly http?: { readonly method?: string; readonly sourceIp?: string }
    readonly authorizer?: { readonly jwt?: { readonly claims?: Claims } }
  }
}

export interface PageRequest {
  readonly id: string
  readonly method: string
  /** As it came: compared whole, never taken apart. */
  readonly path: string
  /** Undefined where none was asked for. */
  readonly month: string | undefined
  /** The connection's, as API Gateway saw it; `X-Forwarded-For` is the caller's own word and is not read. */
  readonly address: string
  readonly acceptEncoding: string
  /** Empty where no authorizer stood before the route. */
  readonly claims: Claims
}

export function readRequest(event: HttpEvent): PageRequest {
  const { requestContext: context } = event
  return {
    id: context?.requestId ?? '',
    method: context?.http?.method ?? '',
    path: event.rawPath ?? '',
    month: event.queryStringParameters?.['month'],
    address: context?.http?.sourceIp ?? '',
    acceptEncoding: event.headers?.['accept-encoding'] ?? '',
    claims: context?.authorizer?.jwt?.claims ?? {},
  }
}
