//! What lies above the municipalities: tenants, user accounts, sessions and the job queue (schema `sys`). Nothing in
//! here is a municipality's own data.

use sqlx::PgPool;
use uuid::Uuid;

use crate::error::AppResult;

/// The way to schema `sys`. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SystemDb(PgPool);

/// A municipality.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenant {
    /// Identity.
    pub id: Uuid,
    /// The first part of the municipality's addresses.
    pub slug: String,
    /// The name, e.g. "Kvarnhults kommun".
    pub name: String,
    /// Whether this is the fictional municipality of the demo.
    pub is_demo: bool,
}

impl SystemDb {
    /// Wraps the server's pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self(pool)
    }

    /// The pool, for the queries of `auth` and `jobs` on schema `sys`.
    #[must_use]
    pub fn pool(&self) -> &PgPool {
        &self.0
    }

    /// The municipality of a slug.
    pub async fn find_tenant(&self, slug: &str) -> AppResult<Option<Tenant>> {
        Ok(sqlx::query_as!(Tenant, "select id, slug, name, is_demo from sys.tenant where slug = $1", slug)
            .fetch_optional(&self.0)
            .await?)
    }

    /// Every municipality, by name.
    pub async fn list_tenants(&self) -> AppResult<Vec<Tenant>> {
        Ok(sqlx::query_as!(Tenant, "select id, slug, name, is_demo from sys.tenant order by name, id")
            .fetch_all(&self.0)
            .await?)
    }

    /// The municipalities that a user is a member of, by name.
    pub async fn list_tenants_of(&self, user_id: Uuid) -> AppResult<Vec<Tenant>> {
        Ok(sqlx::query_as!(
            Tenant,
            "select t.id, t.slug, t.name, t.is_demo from sys.tenant t join sys.membership m on m.tenant_id = t.id
             where m.user_id = $1 and m.ended_at is null order by t.name, t.id",
            user_id
        )
        .fetch_all(&self.0)
        .await?)
    }

    /// Whether anybody is a member of a municipality.
    pub async fn has_members(&self, tenant_id: Uuid) -> AppResult<bool> {
        let members = sqlx::query_scalar!(
            r#"select exists (select 1 from sys.membership where tenant_id = $1 and ended_at is null) as "members!""#,
            tenant_id
        );
        Ok(members.fetch_one(&self.0).await?)
    }

    /// Creates a municipality. A slug that is taken is the constraint `tenant_slug_key`.
    pub async fn insert_tenant(&self, slug: &str, name: &str, is_demo: bool) -> AppResult<Tenant> {
        let id = crate::ids::new_id();
        sqlx::query!(
            "insert into sys.tenant (id, slug, name, is_demo) values ($1, $2, $3, $4)",
            id,
            slug,
            name,
            is_demo
        )
        .execute(&self.0)
        .await?;
        Ok(Tenant { id, slug: slug.to_owned(), name: name.to_owned(), is_demo })
    }
}
