// The peer that scripts/bench measures beside the service: Fastify on better-sqlite3, one process per core, statements
// prepared, replies by schema, tokens verified. PORT, WORKERS, DB, SECRET.
'use strict'

const cluster = require('node:cluster')
const workers = Number(process.env.WORKERS || 1)
if (workers > 1 && cluster.isPrimary) {
  for (let i = 0; i < workers; i++) cluster.fork()
  return
}

const db = require('better-sqlite3')(process.env.DB)
for (const pragma of ['journal_mode=WAL', 'synchronous=FULL', 'busy_timeout=10000', 'foreign_keys=ON',
  'cache_size=-64000', 'mmap_size=268435456']) db.pragma(pragma)

const app = require('fastify')({ logger: false })
app.register(require('@fastify/jwt'), { secret: process.env.SECRET, verify: { algorithms: ['HS256'] } })
const onRequest = async (request) => { await request.jwtVerify() }

const sql = {
  requirement: db.prepare('select id, task_id, text from requirement where id = ?'),
  requirements: db.prepare('select id, task_id, text from requirement order by id'),
  parts: db.prepare('select requirement_id, unit.id, unit.name, role from responsibility join unit on unit.id = unit_id'),
  deadlines: db.prepare('select requirement_id, due_on, phrase from deadline'),
  reports: db.prepare(`select id, requirement_id, unit_id, period, status, percent, summary, created_at from report
                       where unit_id = ? and status = ? order by created_at desc limit ?`),
  statistics: db.prepare('select unit_id, status, count(*) as count from report group by unit_id, status'),
  insert: db.prepare(`insert into report (requirement_id, unit_id, period, status, percent, summary, created_at)
                      values (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%d %H:%M:%f', 'now') || 'Z') returning id, created_at`)
}

const integer = { type: 'integer' }
const string = { type: 'string' }
const list = (properties) => ({ type: 'array', items: { type: 'object', properties } })
const status = { type: 'string', enum: ['draft', 'submitted', 'accepted', 'returned'] }
const requirement = { id: integer, task_id: integer, text: string }
const report = {
  id: integer, requirement_id: integer, unit_id: integer, period: string, status: string, percent: integer,
  summary: string, created_at: string
}
const answers = (schema) => ({ response: { 200: schema } })

app.get('/requirements/:id', {
  onRequest,
  schema: {
    params: { type: 'object', properties: { id: integer } },
    ...answers({ type: 'object', properties: requirement })
  }
}, async (request, reply) => sql.requirement.get(request.params.id) || reply.code(404).send({ error: 'not found' }))

app.get('/requirements', {
  onRequest,
  schema: answers(list({
    ...requirement,
    units: list({ id: integer, name: string, role: string }),
    deadlines: list({ due_on: string, phrase: string })
  }))
}, async () => {
  const rows = sql.requirements.all()
  const byId = new Map()
  for (const row of rows) byId.set(row.id, Object.assign(row, { units: [], deadlines: [] }))
  for (const part of sql.parts.all()) byId.get(part.requirement_id).units.push(part)
  for (const deadline of sql.deadlines.all()) byId.get(deadline.requirement_id).deadlines.push(deadline)
  return rows
})

app.get('/reports', {
  onRequest,
  schema: {
    querystring: {
      type: 'object',
      required: ['unit', 'status'],
      properties: { unit: integer, status, limit: { type: 'integer', minimum: 1, maximum: 100, default: 20 } }
    },
    ...answers({ type: 'object', properties: { items: list(report) } })
  }
}, async ({ query }) => ({ items: sql.reports.all(query.unit, query.status, query.limit) }))

app.get('/statistics', {
  onRequest,
  schema: answers(list({ unit_id: integer, status: string, count: integer }))
}, async () => sql.statistics.all())

app.post('/reports', {
  onRequest,
  schema: {
    body: {
      type: 'object',
      required: ['requirement_id', 'unit_id', 'period', 'status', 'percent', 'summary'],
      properties: {
        requirement_id: integer,
        unit_id: integer,
        period: { type: 'string', pattern: '^\\d{4}-\\d{2}$' },
        status,
        percent: { type: 'integer', minimum: 0, maximum: 100 },
        summary: { type: 'string', maxLength: 5000 }
      }
    },
    response: { 201: { type: 'object', properties: report } }
  }
}, async (request, reply) => {
  const body = request.body
  if (request.user.role !== 'unit' || request.user.unit !== body.unit_id) return reply.code(403).send({ error: 'not your unit' })
  const made = sql.insert.get(body.requirement_id, body.unit_id, body.period, body.status, body.percent, body.summary)
  return reply.code(201).send({ ...body, ...made })
})

app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
