/**
 * The types of the Surety API, for `openapi-fetch`: made from its OpenAPI document, never edited by hand.
 */
export type paths = {
  '/v1/accounts': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            role: 'merchant' | 'buyer' | 'arbiter' | 'finance' | 'auditor';
            name: string;
            label?: components['schemas']['MerchantLabel'];
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Account'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Account'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/me': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              accountId: string;
              role: components['schemas']['Role'];
              name: string;
              label?: components['schemas']['MerchantLabel'];
              standing?: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
              createdAt: components['schemas']['Instant'];
              erasedAt?: components['schemas']['Instant'];
              apiKeyId: string;
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}/api-keys': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['IssuedApiKey'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['account-has-keys.api-key-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['ApiKey'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/api-keys/{apiKeyId}/rotate': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          apiKeyId: components['schemas']['ApiKeyId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            overlapSeconds?: number;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['IssuedApiKey'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['api-key-limit-reached.api-key-state-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/api-keys/{apiKeyId}': {
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          apiKeyId: components['schemas']['ApiKeyId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['ApiKey'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}/recoveries': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            reason: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Recovery'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['second-operator-needed'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}/recoveries/{recoveryId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
          recoveryId: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Recovery'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}/recoveries/{recoveryId}/approve': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
          recoveryId: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['IssuedApiKey'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['second-operator-needed.recovery-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/tokens': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            scopes: ('read' | 'confirm' | 'reveal')[];
            expiresInSeconds?: number;
            guestLabel?: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['IssuedOrderToken'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-token-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['OrderToken'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/order-tokens/{orderTokenId}': {
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          orderTokenId: components['schemas']['OrderTokenId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['OrderToken'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/me/data-export': {
    post: {
      parameters: {
        query?: {
          cursor?: string;
        };
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              exportId: string;
              madeAt: components['schemas']['Instant'];
              document?: Record<string, unknown[]>;
              download?: {
                url: string;
                expiresAt: components['schemas']['Instant'];
              };
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/accounts/{accountId}/erase': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            reason?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Account'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['account-role-unfit.products-on-sale.orders-open.payments-open.wallet-not-empty.payable-open'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchant-applications': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            name: string;
            legalName: string;
            legalRepresentative?: string;
            contactEmail: string;
            contactPhone?: string;
            label?: 'gold' | 'standard';
            categories: string[];
            statement: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['AppliedMerchant'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.category-unknown'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited.applications-limit-reached'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/applications': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            legalName: string;
            legalRepresentative?: string;
            contactEmail: string;
            contactPhone?: string;
            label?: 'gold' | 'standard';
            categories: string[];
            statement: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['MerchantFile'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.category-unknown'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['merchant-standing-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          standing?: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Merchant'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['MerchantFile'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/decisions': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            verdict: 'begin_review' | 'admit' | 'reject' | 'warn' | 'suspend' | 'reinstate' | 'ban';
            reason: string;
            label?: components['schemas']['MerchantLabel'];
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['MerchantFile'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['merchant-standing-unfit.documents-missing'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/label': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            label: components['schemas']['MerchantLabel'];
            reason: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['MerchantFile'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['merchant-standing-unfit.documents-missing'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/history': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['MerchantEvent'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/documents': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            kind: 'business_licence' | 'authorisation' | 'identity' | 'other';
            number?: string;
            issuer?: string;
            expiresAt?: components['schemas']['Instant'];
            fileName: string;
            sizeBytes: number;
            contentType: 'application/pdf' | 'image/jpeg' | 'image/png';
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['BroughtDocument'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['merchant-standing-unfit.document-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Document'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/documents/{documentId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
          documentId: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['ReadableDocument'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/merchants/{accountId}/documents/{documentId}/review': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
          documentId: string;
        };
      };
      requestBody: {
        content: {
          'application/json': {
            verdict: 'accept' | 'reject';
            reason: string;
            etag?: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Document'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['document-state-unfit.document-not-uploaded.document-changed'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/me/notices': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Notice'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NewVersion'];
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Product'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.category-unknown'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        409: components['responses']['merchant-not-admitted'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Product'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/versions': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NewVersion'];
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['VersionOfProduct'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.category-unknown'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['version-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['VersionOfProduct'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/put-on-sale': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            version: number;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Product'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.category-unknown'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found.product-version-unknown'];
        409: components['responses']['merchant-not-admitted.product-not-on-sale.review-needed'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/versions/{version}/submit': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
          version: number;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['VersionOfProduct'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found.product-version-unknown'];
        409: components['responses']['review-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/versions/{version}/approve': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
          version: number;
        };
      };
      requestBody: {
        content: {
          'application/json': {
            reason: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['VersionOfProduct'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found.product-version-unknown'];
        409: components['responses']['review-state-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/versions/{version}/reject': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
          version: number;
        };
      };
      requestBody: {
        content: {
          'application/json': {
            reason: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['VersionOfProduct'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found.product-version-unknown'];
        409: components['responses']['review-state-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/reviews': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          state?: 'submitted' | 'approved' | 'rejected';
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['VersionOfProduct'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/history': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['ProductEvent'][];
              nextCursor?: string;
              editsIn30Days: number;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/take-off-sale': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Product'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['product-not-on-sale'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Product'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/versions/{version}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
          version: number;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['VersionOfProduct'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/catalog': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          text?: string;
          category?: string;
          label?: components['schemas']['MerchantLabel'];
          merchantId?: components['schemas']['AccountId'];
          minPriceMinor?: number;
          maxPriceMinor?: number;
          sort?: 'price' | '-price' | 'relevance';
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Listing'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/catalog/{productId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Listing'];
          };
        };
        400: components['responses']['invalid-request'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/batches': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NewBatch'];
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['BatchReport'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Batch'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['BatchReport'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/quarantine': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            reason: string;
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Batch'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/lift-quarantine': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Batch'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/samplings': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Batch'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/samples/{sample}/result': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
          sample: number;
        };
      };
      requestBody: {
        content: {
          'application/json': {
            result: 'good' | 'bad';
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Batch'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit.sample-state-unfit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/stock': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              productId: components['schemas']['ProductId'];
              available: number;
              countedAt?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/products/{productId}/imports': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          productId: components['schemas']['ProductId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            source: components['schemas']['Source'];
            fileName: string;
            sizeBytes: number;
            format?: 'txt' | 'csv';
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              batchId: components['schemas']['BatchId'];
              productId: components['schemas']['ProductId'];
              merchantId: components['schemas']['AccountId'];
              status: 'importing' | 'refused' | 'sampling' | 'rejected' | 'opening' | 'open' | 'quarantined' | 'reoffering';
              source: components['schemas']['Source'];
              lines: number;
              stored?: number;
              rejected?: number;
              createdAt: components['schemas']['Instant'];
              completedAt?: components['schemas']['Instant'];
              quarantinedAt?: components['schemas']['Instant'];
              quarantineReason?: string;
              progress?: components['schemas']['ImportProgress'];
              sampling?: components['schemas']['Sampling'];
              upload?: {
                url: string;
                fields: Record<string, string>;
                expiresAt: components['schemas']['Instant'];
              };
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        413: components['responses']['body-too-large.upload-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/start-import': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Batch'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit.upload-missing.upload-size-differs'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/rejections-file': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              batchId: components['schemas']['BatchId'];
              rejected: number;
              url: string;
              expiresAt: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': components['schemas']['NewOrder'];
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Order'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        409: components['responses']['product-not-on-sale.merchant-not-admitted.price-changed.quantity-over-limit.buyer-limit-reached.amount-over-limit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['selling-closed.try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Order'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Order'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/cancel': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Order'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-state-unfit.order-expired'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/confirm': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Order'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/pay': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            method: 'wallet';
          };
        };
      };
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Order'];
          };
        };
        400: components['responses']['invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-state-unfit.order-expired.out-of-stock.wallet-balance-short.buyer-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['selling-closed.try-again'];
      };
    };
  };
  '/v1/wallets/{accountId}/test-top-ups': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            amountMinor: components['schemas']['PositiveAmountMinor'];
            currency: components['schemas']['Currency'];
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['TopUp'];
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['account-role-unfit.wallet-balance-limit'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/payments': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            channel: 'alipay' | 'wechat_pay';
            scene: 'page' | 'app' | 'qr' | 'jsapi';
            returnUrl?: string;
            payerOpenId?: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              paymentId: components['schemas']['PaymentId'];
              status: 'open' | 'closed' | 'received';
              purpose: 'order' | 'top-up';
              orderId?: components['schemas']['OrderId'];
              channel: 'alipay' | 'wechat_pay';
              scene: 'page' | 'app' | 'qr' | 'jsapi';
              amountMinor: components['schemas']['AmountMinor'];
              currency: components['schemas']['Currency'];
              createdAt: components['schemas']['Instant'];
              expiresAt: components['schemas']['Instant'];
              closedAt?: components['schemas']['Instant'];
              paidMinor?: components['schemas']['AmountMinor'];
              paidAt?: components['schemas']['Instant'];
              receivedAt?: components['schemas']['Instant'];
              outcome?: 'captured' | 'credited' | 'short' | 'over' | 'late' | 'duplicate' | 'limit-reached';
              refunds: components['schemas']['Refund'][];
              pay?: components['schemas']['WayToPay'];
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.channel-scene-unfit'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-state-unfit.order-expired.out-of-stock.payment-limit-reached.trade-not-openable'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['selling-closed.channel-unavailable.try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Payment'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/wallet/top-ups': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            channel: 'alipay' | 'wechat_pay';
            scene: 'page' | 'app' | 'qr' | 'jsapi';
            returnUrl?: string;
            payerOpenId?: string;
            amountMinor: components['schemas']['PositiveAmountMinor'];
            currency: components['schemas']['Currency'];
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              paymentId: components['schemas']['PaymentId'];
              status: 'open' | 'closed' | 'received';
              purpose: 'order' | 'top-up';
              orderId?: components['schemas']['OrderId'];
              channel: 'alipay' | 'wechat_pay';
              scene: 'page' | 'app' | 'qr' | 'jsapi';
              amountMinor: components['schemas']['AmountMinor'];
              currency: components['schemas']['Currency'];
              createdAt: components['schemas']['Instant'];
              expiresAt: components['schemas']['Instant'];
              closedAt?: components['schemas']['Instant'];
              paidMinor?: components['schemas']['AmountMinor'];
              paidAt?: components['schemas']['Instant'];
              receivedAt?: components['schemas']['Instant'];
              outcome?: 'captured' | 'credited' | 'short' | 'over' | 'late' | 'duplicate' | 'limit-reached';
              refunds: components['schemas']['Refund'][];
              pay?: components['schemas']['WayToPay'];
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.channel-scene-unfit'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        409: components['responses']['trade-not-openable'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['channel-unavailable.try-again'];
      };
    };
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Payment'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/payments/{paymentId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          paymentId: components['schemas']['PaymentId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Payment'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/refunds': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
          status?: 'committed' | 'processing' | 'refused';
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['Refund'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/orders/{orderId}/reveal': {
    post: {
      parameters: {
        query?: {
          offset?: number;
        };
        header?: never;
        path: {
          orderId: components['schemas']['OrderId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              orderId: components['schemas']['OrderId'];
              offset: number;
              total: number;
              keys: components['schemas']['RevealedKey'][];
              nextOffset?: number;
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['order-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/batches/{batchId}/samples/{sample}/reveal': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          batchId: components['schemas']['BatchId'];
          sample: number;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              batchId: components['schemas']['BatchId'];
              sample: number;
              key: components['schemas']['RevealedKey'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['batch-state-unfit'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['selling-closed.try-again'];
      };
    };
  };
  '/v1/wallet': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Wallet'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/wallets/{accountId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Wallet'];
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/wallet/statement': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['StatementLine'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/wallets/{accountId}/statement': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          accountId: components['schemas']['AccountId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: components['schemas']['StatementLine'][];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/ledger/trial-balance': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              position?: components['schemas']['Instant'];
              currency: components['schemas']['Currency'];
              sumMinor: number;
              accounts: {
                account: string;
                balanceMinor: number;
              }[];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/policy': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Policy'];
          };
        };
        400: components['responses']['invalid-request'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/policy/{version}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          version: string;
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': components['schemas']['Policy'];
          };
        };
        400: components['responses']['invalid-request'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/health': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              status: 'ok';
              policyVersion: string;
            };
          };
        };
        400: components['responses']['invalid-request'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path?: never;
      };
      requestBody: {
        content: {
          'application/json': {
            url: string;
            events: ('*' | ('order.captured' | 'order.delivered' | 'order.refunded' | 'order.released' | 'batch.open' | 'batch.quarantined' | 'payment.received' | 'refund.confirmed' | 'account.notice' | 'endpoint.disabled' | 'endpoint.test'))[];
            description?: string;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
              secret?: string;
              note?: string;
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json.webhook-url-unfit'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        409: components['responses']['webhook-endpoint-limit-reached'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    get: {
      parameters: {
        query?: never;
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: {
                endpointId: components['schemas']['WebhookEndpointId'];
                url: string;
                events: string[];
                description?: string;
                createdAt: components['schemas']['Instant'];
                failingSince?: components['schemas']['Instant'];
                disabled?: {
                  at: components['schemas']['Instant'];
                  reason: 'owner' | 'failing' | 'gone';
                };
                previousSecretUntil?: components['schemas']['Instant'];
              }[];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}': {
    get: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
    delete: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/rotate-secret': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody: {
        content: {
          'application/json': {
            overlapSeconds?: number;
          };
        };
      };
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
              secret?: string;
              note?: string;
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request.malformed-json'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        413: components['responses']['body-too-large'];
        415: components['responses']['unsupported-media-type'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/disable': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/enable': {
    post: {
      parameters: {
        query?: never;
        header?: never;
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              endpointId: components['schemas']['WebhookEndpointId'];
              url: string;
              events: string[];
              description?: string;
              createdAt: components['schemas']['Instant'];
              failingSince?: components['schemas']['Instant'];
              disabled?: {
                at: components['schemas']['Instant'];
                reason: 'owner' | 'failing' | 'gone';
              };
              previousSecretUntil?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/test': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        201: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              eventId: components['schemas']['EventId'];
              endpointId: components['schemas']['WebhookEndpointId'];
              type: string;
              recordedAt: components['schemas']['Instant'];
              status: 'pending' | 'delivered' | 'failed' | 'dropped';
              attempts: {
                at: components['schemas']['Instant'];
                result: 'accepted' | 'refused' | 'redirected' | 'timed-out' | 'unreachable' | 'address-not-public';
                status?: number;
                durationMs: number;
              }[];
              nextAttemptAt?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['webhook-endpoint-disabled'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/deliveries': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          cursor?: string;
        };
        header?: never;
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: {
                eventId: components['schemas']['EventId'];
                endpointId: components['schemas']['WebhookEndpointId'];
                type: string;
                recordedAt: components['schemas']['Instant'];
                status: 'pending' | 'delivered' | 'failed' | 'dropped';
                attempts: {
                  at: components['schemas']['Instant'];
                  result: 'accepted' | 'refused' | 'redirected' | 'timed-out' | 'unreachable' | 'address-not-public';
                  status?: number;
                  durationMs: number;
                }[];
                nextAttemptAt?: components['schemas']['Instant'];
              }[];
              nextCursor?: string;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/webhook-endpoints/{endpointId}/deliveries/{eventId}/redeliver': {
    post: {
      parameters: {
        query?: never;
        header: {
          'Idempotency-Key': string;
        };
        path: {
          endpointId: components['schemas']['WebhookEndpointId'];
          eventId: components['schemas']['EventId'];
        };
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              eventId: components['schemas']['EventId'];
              endpointId: components['schemas']['WebhookEndpointId'];
              type: string;
              recordedAt: components['schemas']['Instant'];
              status: 'pending' | 'delivered' | 'failed' | 'dropped';
              attempts: {
                at: components['schemas']['Instant'];
                result: 'accepted' | 'refused' | 'redirected' | 'timed-out' | 'unreachable' | 'address-not-public';
                status?: number;
                durationMs: number;
              }[];
              nextAttemptAt?: components['schemas']['Instant'];
            };
          };
        };
        400: components['responses']['idempotency-key-missing.invalid-request'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        404: components['responses']['not-found'];
        409: components['responses']['webhook-endpoint-disabled'];
        422: components['responses']['idempotency-key-reused'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
  '/v1/events': {
    get: {
      parameters: {
        query?: {
          limit?: number;
          after?: components['schemas']['EventId'];
        };
        header?: never;
        path?: never;
      };
      requestBody?: never;
      responses: {
        200: {
          headers: Record<string, string>;
          content: {
            'application/json': {
              items: {
                id: string;
                timestamp: components['schemas']['Instant'];
                sequence: number;
                type: string;
                data: Record<string, unknown>;
              }[];
              hasMore: boolean;
            };
          };
        };
        400: components['responses']['invalid-request.cursor-invalid'];
        401: components['responses']['api-key-unknown.api-key-revoked.order-token-ended'];
        403: components['responses']['role-not-allowed'];
        429: components['responses']['rate-limited'];
        500: components['responses']['internal'];
        503: components['responses']['try-again'];
      };
    };
  };
};

export type components = {
  schemas: {
    Account: {
      accountId: string;
      role: components['schemas']['Role'];
      name: string;
      label?: components['schemas']['MerchantLabel'];
      standing?: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      createdAt: components['schemas']['Instant'];
      erasedAt?: components['schemas']['Instant'];
    };
    AccountId: string;
    AmountMinor: number;
    ApiKey: {
      apiKeyId: string;
      accountId: string;
      name: string;
      createdAt: components['schemas']['Instant'];
      issuedBy?: string;
      expiresAt?: components['schemas']['Instant'];
      revokedAt?: components['schemas']['Instant'];
    };
    ApiKeyId: string;
    AppliedMerchant: {
      accountId: string;
      name: string;
      label: components['schemas']['MerchantLabel'];
      standing: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      standingSince: components['schemas']['Instant'];
      warnings: number;
      apiKeyId: string;
      token?: string;
      note?: string;
    };
    Batch: {
      batchId: components['schemas']['BatchId'];
      productId: components['schemas']['ProductId'];
      merchantId: components['schemas']['AccountId'];
      status: 'importing' | 'refused' | 'sampling' | 'rejected' | 'opening' | 'open' | 'quarantined' | 'reoffering';
      source: components['schemas']['Source'];
      lines: number;
      stored?: number;
      rejected?: number;
      createdAt: components['schemas']['Instant'];
      completedAt?: components['schemas']['Instant'];
      quarantinedAt?: components['schemas']['Instant'];
      quarantineReason?: string;
      progress?: components['schemas']['ImportProgress'];
      sampling?: components['schemas']['Sampling'];
    };
    BatchId: string;
    BatchReport: {
      batchId: components['schemas']['BatchId'];
      productId: components['schemas']['ProductId'];
      merchantId: components['schemas']['AccountId'];
      status: 'importing' | 'refused' | 'sampling' | 'rejected' | 'opening' | 'open' | 'quarantined' | 'reoffering';
      source: components['schemas']['Source'];
      lines: number;
      stored?: number;
      rejected?: number;
      createdAt: components['schemas']['Instant'];
      completedAt?: components['schemas']['Instant'];
      quarantinedAt?: components['schemas']['Instant'];
      quarantineReason?: string;
      progress?: components['schemas']['ImportProgress'];
      sampling?: components['schemas']['Sampling'];
      rejections: {
        line: number;
        code: string;
        detail: string;
      }[];
    };
    BroughtDocument: {
      documentId: string;
      accountId: string;
      kind: 'business_licence' | 'authorisation' | 'identity' | 'other';
      number?: string;
      issuer?: string;
      expiresAt?: components['schemas']['Instant'];
      fileName: string;
      sizeBytes: number;
      contentType: 'application/pdf' | 'image/jpeg' | 'image/png';
      status: 'brought' | 'accepted' | 'rejected' | 'expired';
      createdAt: components['schemas']['Instant'];
      reviewedAt?: components['schemas']['Instant'];
      reviewedBy?: string;
      reviewReason?: string;
      upload?: {
        url: string;
        fields: Record<string, string>;
        expiresAt: components['schemas']['Instant'];
        maxBytes: number;
      };
    };
    Currency: 'CNY';
    Document: {
      documentId: string;
      accountId: string;
      kind: 'business_licence' | 'authorisation' | 'identity' | 'other';
      number?: string;
      issuer?: string;
      expiresAt?: components['schemas']['Instant'];
      fileName: string;
      sizeBytes: number;
      contentType: 'application/pdf' | 'image/jpeg' | 'image/png';
      status: 'brought' | 'accepted' | 'rejected' | 'expired';
      createdAt: components['schemas']['Instant'];
      reviewedAt?: components['schemas']['Instant'];
      reviewedBy?: string;
      reviewReason?: string;
    };
    EventId: string;
    ImportProgress: {
      phase: 'awaiting_upload' | 'checking' | 'storing' | 'reporting' | 'complete' | 'refused';
      sizeBytes: number;
      receivedBytes: number;
      lines?: number;
      linesDone: number;
      stored: number;
      rejected: number;
      keysPerSecond?: number;
      estimatedEndAt?: components['schemas']['Instant'];
      refusal?: {
        code: 'upload-expired' | 'upload-missing' | 'upload-size-differs' | 'archive-unreadable' | 'archive-encrypted' | 'archive-not-one-file' | 'unpacked-too-large' | 'compression-too-high' | 'text-not-decodable' | 'file-empty' | 'too-many-lines' | 'csv-header-unfit' | 'csv-broken';
        detail: string;
      };
    };
    Instant: string;
    IssuedApiKey: {
      apiKeyId: string;
      accountId: string;
      name: string;
      createdAt: components['schemas']['Instant'];
      issuedBy?: string;
      expiresAt?: components['schemas']['Instant'];
      revokedAt?: components['schemas']['Instant'];
      token?: string;
      note?: string;
    };
    IssuedOrderToken: {
      orderTokenId: string;
      orderId: string;
      scopes: ('read' | 'confirm' | 'reveal')[];
      guestLabel?: string;
      createdAt: components['schemas']['Instant'];
      expiresAt: components['schemas']['Instant'];
      revokedAt?: components['schemas']['Instant'];
      token?: string;
      note?: string;
    };
    Listing: {
      version: number;
      title: string;
      category: string;
      kind: 'card_key';
      priceMinor: number;
      currency: components['schemas']['Currency'];
      limits: {
        maxPerOrder: number;
        maxPerBuyer?: number;
      };
      description?: string;
      afterSalesTerms: string;
      usageNotes?: string;
      productId: string;
      seller: components['schemas']['Seller'];
    };
    Merchant: {
      accountId: string;
      name: string;
      label: components['schemas']['MerchantLabel'];
      standing: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      standingSince: components['schemas']['Instant'];
      warnings: number;
    };
    MerchantEvent: {
      eventId: string;
      action: 'begin_review' | 'admit' | 'reject' | 'warn' | 'suspend' | 'reinstate' | 'ban' | 'apply' | 'vouch' | 'reapply' | 'relabel' | 'accept_document' | 'reject_document' | 'expire';
      from?: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      to: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      label: components['schemas']['MerchantLabel'];
      by: string;
      at: components['schemas']['Instant'];
      reason: string;
    };
    MerchantFile: {
      accountId: string;
      name: string;
      label: components['schemas']['MerchantLabel'];
      standing: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      standingSince: components['schemas']['Instant'];
      warnings: number;
      requiredDocuments: ('business_licence' | 'authorisation' | 'identity' | 'other')[];
      missingDocuments: ('business_licence' | 'authorisation' | 'identity' | 'other')[];
      isVouchedFor: boolean;
      carryingThroughSince?: components['schemas']['Instant'];
      application?: {
        legalName: string;
        legalRepresentative?: string;
        contactEmail: string;
        contactPhone?: string;
        label: components['schemas']['MerchantLabel'];
        categories: string[];
        statement: string;
        appliedAt: components['schemas']['Instant'];
      };
    };
    MerchantLabel: 'platform_direct' | 'gold' | 'standard';
    NewBatch: {
      source: components['schemas']['Source'];
      keys: {
        secret: string;
        number?: string;
        expiresAt?: components['schemas']['Instant'];
        faceValueMinor?: components['schemas']['AmountMinor'];
      }[];
    };
    NewOrder: {
      productId: components['schemas']['ProductId'];
      quantity?: number;
      whenOutOfStock?: 'refuse' | 'wait';
      whenPaidLate?: 'refund' | 'deliver';
      allowPartial?: boolean;
      expectedUnitPriceMinor?: components['schemas']['PositiveAmountMinor'];
    };
    NewVersion: {
      title: string;
      category: string;
      kind: 'card_key';
      priceMinor: components['schemas']['PositiveAmountMinor'];
      currency: components['schemas']['Currency'];
      limits?: {
        maxPerOrder?: number;
        maxPerBuyer?: number;
      };
      description?: string;
      afterSalesTerms: string;
      usageNotes?: string;
    };
    Notice: {
      noticeId: string;
      kind: 'merchant.standing-changed' | 'merchant.label-changed' | 'merchant.warned' | 'document.accepted' | 'document.rejected' | 'document.expiring' | 'document.expired' | 'account.recovered';
      at: components['schemas']['Instant'];
      detail: string;
      standing?: 'applied' | 'in_review' | 'admitted' | 'rejected' | 'suspended' | 'banned';
      label?: components['schemas']['MerchantLabel'];
      documentId?: string;
      expiresAt?: components['schemas']['Instant'];
    };
    Order: {
      orderId: components['schemas']['OrderId'];
      status: components['schemas']['OrderStatus'];
      buyerId: components['schemas']['AccountId'];
      merchantId: components['schemas']['AccountId'];
      seller: components['schemas']['Seller'];
      productId: components['schemas']['ProductId'];
      productVersion: number;
      quantity: number;
      unitPriceMinor: components['schemas']['AmountMinor'];
      amountMinor: components['schemas']['AmountMinor'];
      currency: components['schemas']['Currency'];
      whenOutOfStock: 'refuse' | 'wait';
      whenPaidLate: 'refund' | 'deliver';
      allowPartial: boolean;
      createdAt: components['schemas']['Instant'];
      expiresAt: components['schemas']['Instant'];
      cancelledAt?: components['schemas']['Instant'];
      policyVersion?: string;
      capturedAt?: components['schemas']['Instant'];
      paidAt?: components['schemas']['Instant'];
      payment?: {
        paymentId: components['schemas']['PaymentId'];
        channel: 'alipay' | 'wechat_pay';
      };
      promiseAt?: components['schemas']['Instant'];
      deliveredAt?: components['schemas']['Instant'];
      deliveredQuantity: number;
      firstRevealedAt?: components['schemas']['Instant'];
      releaseAt?: components['schemas']['Instant'];
      confirmedAt?: components['schemas']['Instant'];
      releasedAt?: components['schemas']['Instant'];
      refundedAt?: components['schemas']['Instant'];
      refundedMinor: components['schemas']['AmountMinor'];
    };
    OrderId: string;
    OrderStatus: 'placed' | 'expired' | 'cancelled' | 'captured' | 'delivered' | 'released' | 'refunded';
    OrderToken: {
      orderTokenId: string;
      orderId: string;
      scopes: ('read' | 'confirm' | 'reveal')[];
      guestLabel?: string;
      createdAt: components['schemas']['Instant'];
      expiresAt: components['schemas']['Instant'];
      revokedAt?: components['schemas']['Instant'];
    };
    OrderTokenId: string;
    Payment: {
      paymentId: components['schemas']['PaymentId'];
      status: 'open' | 'closed' | 'received';
      purpose: 'order' | 'top-up';
      orderId?: components['schemas']['OrderId'];
      channel: 'alipay' | 'wechat_pay';
      scene: 'page' | 'app' | 'qr' | 'jsapi';
      amountMinor: components['schemas']['AmountMinor'];
      currency: components['schemas']['Currency'];
      createdAt: components['schemas']['Instant'];
      expiresAt: components['schemas']['Instant'];
      closedAt?: components['schemas']['Instant'];
      paidMinor?: components['schemas']['AmountMinor'];
      paidAt?: components['schemas']['Instant'];
      receivedAt?: components['schemas']['Instant'];
      outcome?: 'captured' | 'credited' | 'short' | 'over' | 'late' | 'duplicate' | 'limit-reached';
      refunds: components['schemas']['Refund'][];
    };
    PaymentId: string;
    Policy: {
      version: string;
      effectiveFrom: string;
      demonstration?: true;
      title: {
        en: string;
        zh: string;
      };
      categories: {
        id: string;
        title: string;
        titleZh: string;
      }[];
      merchantLabels: {
        id: 'platform_direct' | 'gold' | 'standard';
        title: string;
        titleZh: string;
      }[];
      listing: {
        rules: {
          when: {
            category?: string;
            merchantLabel?: 'platform_direct' | 'gold' | 'standard';
          };
          review: 'required' | 'none';
        }[];
      };
      admission: {
        rules: {
          when: {
            merchantLabel?: 'platform_direct' | 'gold' | 'standard';
          };
          documents: ('business_licence' | 'authorisation' | 'identity' | 'other')[];
        }[];
        remindBeforeSeconds: number[];
      };
      sampling: {
        rules: {
          when: {
            category?: string;
            merchantLabel?: 'platform_direct' | 'gold' | 'standard';
          };
          inspection: 'none' | {
            inspectionLevel: 'S-1' | 'S-2' | 'S-3' | 'S-4' | 'I' | 'II';
            aql: '0.065' | '0.10' | '0.15' | '0.25' | '0.40' | '0.65' | '1.0' | '1.5' | '2.5' | '4.0' | '6.5';
          };
        }[];
      };
      orders: {
        unpaidExpirySeconds: number;
      };
      promise: {
        rules: {
          when: {
            category?: string;
            kind?: 'card_key';
          };
          deliverWithinSeconds: number;
        }[];
      };
      redelivery: {
        recheckEverySeconds: number;
      };
      hold: {
        rules: {
          when: {
            category?: string;
            merchantLabel?: 'platform_direct' | 'gold' | 'standard';
          };
          releaseAfterSeconds: number;
        }[];
      };
      commission: {
        rules: {
          when: {
            category?: string;
            merchantLabel?: 'platform_direct' | 'gold' | 'standard';
          };
          basisPoints: number;
        }[];
      };
      remedies: {
        id: string;
        withinSeconds: number;
        categories?: string[];
        execution: 'automatic' | 'by-case';
        statement: {
          en: string;
          zh: string;
        };
      }[];
      clocks: {
        firstResponse: {
          members: 'ordinary' | 'vip' | 'diamond';
          limit: number;
          unit: 'seconds' | 'working-days';
        }[];
        arbitration: {
          members: 'ordinary' | 'vip' | 'diamond';
          limit: number;
          unit: 'seconds' | 'working-days';
        }[];
      };
      penalty: {
        minBasisPoints: number;
        maxBasisPoints: number;
      };
      statements: {
        id: string;
        en: string;
        zh: string;
      }[];
    };
    PositiveAmountMinor: number;
    Product: {
      productId: string;
      seller: components['schemas']['Seller'];
      status: 'draft' | 'on_sale' | 'off_sale';
      latestVersion: number;
      onSaleVersion?: number;
      approvedVersion?: number;
      createdAt: components['schemas']['Instant'];
      onSale?: components['schemas']['ProductVersion'];
    };
    ProductEvent: {
      sequence: number;
      kind: 'created' | 'version-added' | 'submitted' | 'approved' | 'rejected' | 'put-on-sale' | 'taken-off-sale';
      at: components['schemas']['Instant'];
      by: {
        accountId: string;
        apiKeyId: string;
      };
      version?: number;
      reason?: string;
      changes?: {
        field: string;
        before?: unknown;
        after?: unknown;
        lines?: {
          sign: '-' | '+';
          line: number;
          text: string;
        }[];
        linesOmitted?: number;
      }[];
    };
    ProductId: string;
    ProductVersion: {
      version: number;
      title: string;
      category: string;
      kind: 'card_key';
      priceMinor: number;
      currency: components['schemas']['Currency'];
      limits: {
        maxPerOrder: number;
        maxPerBuyer?: number;
      };
      description?: string;
      afterSalesTerms: string;
      usageNotes?: string;
    };
    ReadableDocument: {
      documentId: string;
      accountId: string;
      kind: 'business_licence' | 'authorisation' | 'identity' | 'other';
      number?: string;
      issuer?: string;
      expiresAt?: components['schemas']['Instant'];
      fileName: string;
      sizeBytes: number;
      contentType: 'application/pdf' | 'image/jpeg' | 'image/png';
      status: 'brought' | 'accepted' | 'rejected' | 'expired';
      createdAt: components['schemas']['Instant'];
      reviewedAt?: components['schemas']['Instant'];
      reviewedBy?: string;
      reviewReason?: string;
      file?: {
        url: string;
        expiresAt: components['schemas']['Instant'];
        sizeBytes: number;
        etag: string;
      };
    };
    Recovery: {
      recoveryId: string;
      accountId: string;
      reason: string;
      requestedBy: string;
      requestedAt: components['schemas']['Instant'];
      expiresAt: components['schemas']['Instant'];
      approvedBy?: string;
      approvedAt?: components['schemas']['Instant'];
      apiKeyId?: string;
    };
    Refund: {
      refundId: string;
      paymentId: components['schemas']['PaymentId'];
      orderId?: components['schemas']['OrderId'];
      channel: 'alipay' | 'wechat_pay';
      reason: 'short' | 'over' | 'late' | 'duplicate' | 'limit-reached' | 'order';
      status: 'committed' | 'processing' | 'confirmed' | 'refused';
      amountMinor: components['schemas']['AmountMinor'];
      currency: components['schemas']['Currency'];
      committedAt: components['schemas']['Instant'];
      confirmedAt?: components['schemas']['Instant'];
      attempts: number;
      lastAttemptAt?: components['schemas']['Instant'];
      trouble?: 'channel-unavailable' | 'balance-short' | 'channel-refused';
      nextAttemptAt?: components['schemas']['Instant'];
    };
    RevealedKey: {
      secret: string;
      number?: string;
      expiresAt?: components['schemas']['Instant'];
    };
    Review: {
      state: 'submitted' | 'approved' | 'rejected';
      submittedAt: components['schemas']['Instant'];
      decidedAt?: components['schemas']['Instant'];
      reason?: string;
    };
    Role: 'merchant' | 'buyer' | 'operator' | 'arbiter' | 'finance' | 'auditor';
    Sampling: {
      inspectionLevel: 'S-1' | 'S-2' | 'S-3' | 'S-4' | 'I' | 'II';
      aql: '0.065' | '0.10' | '0.15' | '0.25' | '0.40' | '0.65' | '1.0' | '1.5' | '2.5' | '4.0' | '6.5';
      size?: number;
      accept?: number;
      good?: number;
      bad?: number;
      seed?: string;
      drawnAt?: components['schemas']['Instant'];
      verdict?: 'accepted' | 'rejected';
      decidedAt?: components['schemas']['Instant'];
    };
    Seller: {
      merchantId: string;
      name: string;
      label: components['schemas']['MerchantLabel'];
    };
    Source: {
      kind: 'own_stock' | 'supplier' | 'publisher' | 'other';
      name: string;
      reference?: string;
    };
    StatementLine: {
      entryId: string;
      kind: 'top-up' | 'capture' | 'refund' | 'release' | 'receipt' | 'return' | 'refund-confirmed';
      postedAt: components['schemas']['Instant'];
      amountMinor: number;
    };
    TopUp: {
      topUpId: string;
      accountId: components['schemas']['AccountId'];
      amountMinor: components['schemas']['AmountMinor'];
      currency: components['schemas']['Currency'];
      postedAt: components['schemas']['Instant'];
    };
    VersionOfProduct: {
      version: number;
      title: string;
      category: string;
      kind: 'card_key';
      priceMinor: number;
      currency: components['schemas']['Currency'];
      limits: {
        maxPerOrder: number;
        maxPerBuyer?: number;
      };
      description?: string;
      afterSalesTerms: string;
      usageNotes?: string;
      productId: string;
      seller: components['schemas']['Seller'];
      createdAt: components['schemas']['Instant'];
      review?: components['schemas']['Review'];
    };
    Wallet: {
      accountId: components['schemas']['AccountId'];
      balanceMinor: number;
      currency: components['schemas']['Currency'];
    };
    WayToPay: {
      kind: 'redirect';
      url: string;
    } | {
      kind: 'app';
      parameters: string;
    } | {
      kind: 'qr';
      content: string;
    } | {
      kind: 'jsapi';
      parameters: Record<string, string>;
    };
    WebhookEndpointId: string;
    Problem: {
      /** urn:surety:problem: and the code. */
      type: string;
      status: number;
      /** Never varies for a code; in Chinese with «Accept-Language: zh». */
      title: string;
      /** Stable: branch on it. */
      code: 'account-has-keys' | 'account-role-unfit' | 'amount-over-limit' | 'api-key-limit-reached' | 'api-key-revoked' | 'api-key-state-unfit' | 'api-key-unknown' | 'applications-limit-reached' | 'batch-state-unfit' | 'body-too-large' | 'buyer-limit-reached' | 'category-unknown' | 'channel-scene-unfit' | 'channel-unavailable' | 'cursor-invalid' | 'document-changed' | 'document-limit-reached' | 'document-not-uploaded' | 'document-state-unfit' | 'documents-missing' | 'idempotency-key-missing' | 'idempotency-key-reused' | 'internal' | 'invalid-request' | 'malformed-json' | 'merchant-not-admitted' | 'merchant-standing-unfit' | 'not-found' | 'order-expired' | 'order-state-unfit' | 'order-token-ended' | 'order-token-limit-reached' | 'orders-open' | 'out-of-stock' | 'payable-open' | 'payment-limit-reached' | 'payments-open' | 'price-changed' | 'product-not-on-sale' | 'product-version-unknown' | 'products-on-sale' | 'quantity-over-limit' | 'rate-limited' | 'recovery-state-unfit' | 'review-needed' | 'review-state-unfit' | 'role-not-allowed' | 'sample-state-unfit' | 'second-operator-needed' | 'selling-closed' | 'trade-not-openable' | 'try-again' | 'unsupported-media-type' | 'upload-missing' | 'upload-size-differs' | 'upload-too-large' | 'version-limit-reached' | 'wallet-balance-limit' | 'wallet-balance-short' | 'wallet-not-empty' | 'webhook-endpoint-disabled' | 'webhook-endpoint-limit-reached' | 'webhook-url-unfit';
      /** What is wrong with this request, and what would be accepted. */
      detail: string;
      /** The field at fault, such as body.quantity. */
      field?: string;
      /** Quote it to us. */
      requestId: string;
    };
    GatewayMessage: {
      message: string;
    };
  };
  responses: {
    'idempotency-key-missing.invalid-request.malformed-json': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request' | 'malformed-json';
        };
      };
    };
    'api-key-unknown.api-key-revoked.order-token-ended': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'api-key-unknown' | 'api-key-revoked' | 'order-token-ended';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'role-not-allowed': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'role-not-allowed';
        };
      };
    };
    'body-too-large': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'body-too-large';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'unsupported-media-type': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'unsupported-media-type';
        };
      };
    };
    'idempotency-key-reused': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-reused';
        };
      };
    };
    'rate-limited': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'rate-limited';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    internal: {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'internal';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'try-again': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'try-again';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'invalid-request': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'invalid-request';
        };
      };
    };
    'not-found': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'not-found';
        };
      };
    };
    'account-has-keys.api-key-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'account-has-keys' | 'api-key-limit-reached';
        };
      };
    };
    'invalid-request.cursor-invalid': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'invalid-request' | 'cursor-invalid';
        };
      };
    };
    'api-key-limit-reached.api-key-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'api-key-limit-reached' | 'api-key-state-unfit';
        };
      };
    };
    'second-operator-needed': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'second-operator-needed';
        };
      };
    };
    'second-operator-needed.recovery-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'second-operator-needed' | 'recovery-state-unfit';
        };
      };
    };
    'order-token-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'order-token-limit-reached';
        };
      };
    };
    'idempotency-key-missing.invalid-request.cursor-invalid': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request' | 'cursor-invalid';
        };
      };
    };
    'invalid-request.malformed-json': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'invalid-request' | 'malformed-json';
        };
      };
    };
    'account-role-unfit.products-on-sale.orders-open.payments-open.wallet-not-empty.payable-open': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'account-role-unfit' | 'products-on-sale' | 'orders-open' | 'payments-open' | 'wallet-not-empty' | 'payable-open';
        };
      };
    };
    'idempotency-key-missing.invalid-request.malformed-json.category-unknown': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request' | 'malformed-json' | 'category-unknown';
        };
      };
    };
    'rate-limited.applications-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'rate-limited' | 'applications-limit-reached';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'merchant-standing-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'merchant-standing-unfit';
        };
      };
    };
    'merchant-standing-unfit.documents-missing': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'merchant-standing-unfit' | 'documents-missing';
        };
      };
    };
    'merchant-standing-unfit.document-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'merchant-standing-unfit' | 'document-limit-reached';
        };
      };
    };
    'document-state-unfit.document-not-uploaded.document-changed': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'document-state-unfit' | 'document-not-uploaded' | 'document-changed';
        };
      };
    };
    'merchant-not-admitted': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'merchant-not-admitted';
        };
      };
    };
    'version-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'version-limit-reached';
        };
      };
    };
    'not-found.product-version-unknown': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'not-found' | 'product-version-unknown';
        };
      };
    };
    'merchant-not-admitted.product-not-on-sale.review-needed': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'merchant-not-admitted' | 'product-not-on-sale' | 'review-needed';
        };
      };
    };
    'review-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'review-state-unfit';
        };
      };
    };
    'idempotency-key-missing.invalid-request': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request';
        };
      };
    };
    'product-not-on-sale': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'product-not-on-sale';
        };
      };
    };
    'batch-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'batch-state-unfit';
        };
      };
    };
    'batch-state-unfit.sample-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'batch-state-unfit' | 'sample-state-unfit';
        };
      };
    };
    'body-too-large.upload-too-large': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'body-too-large' | 'upload-too-large';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'batch-state-unfit.upload-missing.upload-size-differs': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'batch-state-unfit' | 'upload-missing' | 'upload-size-differs';
        };
      };
    };
    'product-not-on-sale.merchant-not-admitted.price-changed.quantity-over-limit.buyer-limit-reached.amount-over-limit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'product-not-on-sale' | 'merchant-not-admitted' | 'price-changed' | 'quantity-over-limit' | 'buyer-limit-reached' | 'amount-over-limit';
        };
      };
    };
    'selling-closed.try-again': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'selling-closed' | 'try-again';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'order-state-unfit.order-expired': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'order-state-unfit' | 'order-expired';
        };
      };
    };
    'order-state-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'order-state-unfit';
        };
      };
    };
    'order-state-unfit.order-expired.out-of-stock.wallet-balance-short.buyer-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'order-state-unfit' | 'order-expired' | 'out-of-stock' | 'wallet-balance-short' | 'buyer-limit-reached';
        };
      };
    };
    'account-role-unfit.wallet-balance-limit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'account-role-unfit' | 'wallet-balance-limit';
        };
      };
    };
    'idempotency-key-missing.invalid-request.malformed-json.channel-scene-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request' | 'malformed-json' | 'channel-scene-unfit';
        };
      };
    };
    'order-state-unfit.order-expired.out-of-stock.payment-limit-reached.trade-not-openable': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'order-state-unfit' | 'order-expired' | 'out-of-stock' | 'payment-limit-reached' | 'trade-not-openable';
        };
      };
    };
    'selling-closed.channel-unavailable.try-again': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'selling-closed' | 'channel-unavailable' | 'try-again';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'trade-not-openable': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'trade-not-openable';
        };
      };
    };
    'channel-unavailable.try-again': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'channel-unavailable' | 'try-again';
        };
        'application/json': components['schemas']['GatewayMessage'];
      };
    };
    'idempotency-key-missing.invalid-request.malformed-json.webhook-url-unfit': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'idempotency-key-missing' | 'invalid-request' | 'malformed-json' | 'webhook-url-unfit';
        };
      };
    };
    'webhook-endpoint-limit-reached': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'webhook-endpoint-limit-reached';
        };
      };
    };
    'webhook-endpoint-disabled': {
      headers: Record<string, string>;
      content: {
        'application/problem+json': components['schemas']['Problem'] & {
          code?: 'webhook-endpoint-disabled';
        };
      };
    };
  };
};
