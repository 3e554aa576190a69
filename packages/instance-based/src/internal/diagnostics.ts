import type { Diagnostics, JsonObject, JsonValue, Warning } from '@graft-ml/core';

/** Diagnostics as they stood in a state; whatever is not of the right kind is left out. */
export function readDiagnostics(json: JsonValue): Diagnostics {
  const given = isObject(json) ? json : {};
  const { warnings, iterations, converged, stopReason, facts } = given;
  return {
    warnings: Array.isArray(warnings) ? warnings.filter(isWarning) : [],
    ...(typeof iterations === 'number' ? { iterations } : {}),
    ...(typeof converged === 'boolean' ? { converged } : {}),
    ...(typeof stopReason === 'string' ? { stopReason } : {}),
    ...(facts !== undefined && isObject(facts) ? { facts } : {}),
  };
}

function isObject(json: JsonValue): json is JsonObject {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function isWarning(json: JsonValue): json is JsonValue & Warning {
  return isObject(json) && typeof json['code'] === 'string' && typeof json['message'] === 'string';
}
