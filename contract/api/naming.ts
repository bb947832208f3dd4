import * as z from 'zod/mini';

/**
 * The names under which the OpenAPI document and the typed client know schemas that several routes share; with a
 * sentence for the reference where the name alone does not say enough.
 */
export const schemaNames = z.registry<{ readonly id: string; readonly description?: string }>();

/** The fields of an object schema; none for any other. */
export const fieldsOf = (schema: z.ZodMiniType): Readonly<Record<string, unknown>> =>
  schema instanceof z.ZodMiniObject ? schema.def.shape : {};
