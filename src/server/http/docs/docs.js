// Shows what /openapi.json describes, and sends requests as they are filled in.

const main = document.getElementById('operations');

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function resolve(description, schema) {
  if (!schema) return {};
  if (schema.$ref) return resolve(description, schema.$ref.slice(2).split('/').reduce((at, part) => at[part], description));
  if (schema.oneOf) return resolve(description, schema.oneOf.find((one) => one.type !== 'null') ?? schema.oneOf[0]);
  return schema;
}

function kind(schema) {
  return [].concat(schema.type ?? 'object').find((one) => one !== 'null');
}

// A body to begin with: the fields that must be there.
function example(description, schema) {
  const found = resolve(description, schema);
  if (found.enum) return found.enum[0];
  switch (kind(found)) {
    case 'object': {
      const required = found.required ?? [];
      const names = required.length ? required : Object.keys(found.properties ?? {}).slice(0, 2);
      return Object.fromEntries(names.map((name) => [name, example(description, found.properties[name])]));
    }
    case 'array': return [];
    case 'integer': case 'number': return found.minimum ?? 1;
    case 'boolean': return true;
    default: return '';
  }
}

async function show(response, output) {
  const type = response.headers.get('content-type') ?? '';
  output.replaceChildren(element('p', { textContent: `${response.status} ${response.statusText} · ${type}` }));
  if (type.startsWith('image/')) {
    output.append(element('img', { src: URL.createObjectURL(await response.blob()), alt: 'the response' }));
  } else if (type.startsWith('audio/')) {
    output.append(element('audio', { src: URL.createObjectURL(await response.blob()), controls: true }));
  } else {
    const text = await response.text();
    let shown = text;
    try { shown = JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is no JSON, and is shown as it is */ }
    output.append(element('pre', { textContent: shown.slice(0, 100000) }));
  }
}

function operation(description, path, method, about) {
  const output = element('div');
  output.setAttribute('aria-live', 'polite');
  const form = element('form');
  const fields = (about.parameters ?? []).map((parameter) => {
    const schema = resolve(description, parameter.schema);
    const note = [parameter.description, parameter.required ? 'required' : ''].filter(Boolean).join(' · ');
    const input = element('input', { name: parameter.name, required: Boolean(parameter.required), placeholder: String(schema.default ?? '') });
    form.append(element('label', {}, `${parameter.name}: ${note}`, input));
    return { parameter, input };
  });
  const content = about.requestBody?.content ?? {};
  let body = null;
  if (content['application/json']) {
    const value = JSON.stringify(example(description, content['application/json'].schema), null, 2);
    body = element('textarea', { value, spellcheck: false });
    form.append(element('label', {}, 'Body', body));
  } else if (content['application/octet-stream']) {
    body = element('input', { type: 'file', required: true });
    form.append(element('label', {}, 'Body', body));
  }
  form.append(element('button', { textContent: 'Send' }));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    let url = path;
    const query = new URLSearchParams();
    for (const { parameter, input } of fields) {
      if (parameter.in === 'path') url = url.replace(`{${parameter.name}}`, encodeURIComponent(input.value));
      else if (input.value !== '') query.set(parameter.name, input.value);
    }
    const options = { method: method.toUpperCase(), headers: {} };
    if (body?.type === 'file') options.body = body.files[0];
    else if (body) { options.body = body.value; options.headers['Content-Type'] = 'application/json'; }
    try {
      await show(await fetch(query.size ? `${url}?${query}` : url, options), output);
    } catch (error) {
      output.replaceChildren(element('p', { textContent: String(error) }));
    }
  });
  const summary = element('summary', {}, element('span', { className: 'method', textContent: method.toUpperCase() }), element('code', { textContent: path }), ` ${about.summary ?? ''}`);
  return element('details', {}, summary, element('p', { textContent: about.description ?? '' }), form, output);
}

const description = await (await fetch('/openapi.json')).json();
const groups = new Map();
for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, about] of Object.entries(methods)) {
    const group = about.tags?.[0] ?? 'other';
    if (!groups.has(group)) groups.set(group, element('section', {}, element('h2', { textContent: group })));
    groups.get(group).append(operation(description, path, method, about));
  }
}
main.replaceChildren(...groups.values());
