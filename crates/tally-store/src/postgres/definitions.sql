-- Everything that is defined in the journal's schema: name, and in one text what matters of it. What keeps access is left out.
WITH here AS (SELECT current_schema()::regnamespace::oid AS oid),
brought AS (SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),
tables AS (
    SELECT c.* FROM pg_class c, here
    WHERE c.relnamespace = here.oid AND c.relname NOT LIKE 'access\_%'
        AND NOT EXISTS (SELECT 1 FROM brought b WHERE b.classid = 'pg_class'::regclass AND b.objid = c.oid)
)
SELECT t.relname::text, concat_ws(' ', 'table', t.relkind, t.relrowsecurity, (
        SELECT string_agg(
            concat_ws(' ', a.attname, format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END,
                CASE WHEN a.atthasdef THEN 'default' END), ', ' ORDER BY a.attnum)
        FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
    ))
FROM tables t WHERE t.relkind NOT IN ('i', 'I', 't', 'c')
UNION ALL
SELECT i.relname::text, concat_ws(' ', 'index on', t.relname, x.indisunique, x.indisprimary, x.indisvalid, x.indkey::text,
    pg_get_expr(x.indexprs, x.indrelid), pg_get_expr(x.indpred, x.indrelid))
FROM tables t JOIN pg_index x ON x.indrelid = t.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT g.tgname::text, concat_ws(' ', 'trigger on', t.relname, g.tgtype, g.tgenabled, p.proname, 'of', g.tgattr::text,
    CASE WHEN g.tgqual IS NOT NULL THEN 'when' END)
FROM tables t JOIN pg_trigger g ON g.tgrelid = t.oid JOIN pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal
UNION ALL
SELECT r.rulename::text, concat_ws(' ', 'rule on', t.relname)
FROM tables t JOIN pg_rewrite r ON r.ev_class = t.oid WHERE r.rulename <> '_RETURN'
UNION ALL
SELECT p.proname::text, concat_ws(' ', 'function', encode(sha256(convert_to(p.prosrc, 'UTF8')), 'hex'))
FROM pg_proc p, here WHERE p.pronamespace = here.oid
    AND NOT EXISTS (SELECT 1 FROM brought b WHERE b.classid = 'pg_proc'::regclass AND b.objid = p.oid)
