//! The databases of a cluster.

use crate::{WorkbenchError, postgres::Cluster};

const MAX_NAME_BYTES: usize = 63;

impl Cluster {
    /// Makes a database unless it is there.
    pub async fn create_database(&self, name: &str) -> Result<(), WorkbenchError> {
        if !self.has_database(name).await? {
            self.create(name, "template1").await?;
        }
        Ok(())
    }

    /// Makes a database as a copy of another, which nobody may be connected to.
    pub async fn create_database_from_template(
        &self,
        name: &str,
        template: &str,
    ) -> Result<(), WorkbenchError> {
        self.create(name, template).await
    }

    async fn has_database(&self, name: &str) -> Result<bool, WorkbenchError> {
        let known = async {
            let mut connection = self.owner().connect().await?;
            sqlx::query_scalar("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)")
                .bind(name)
                .fetch_one(&mut connection)
                .await
        };
        known.await.map_err(|source| WorkbenchError::Sql {
            action: "list its databases".to_owned(),
            source,
        })
    }

    async fn create(&self, name: &str, template: &str) -> Result<(), WorkbenchError> {
        let statement = format!("CREATE DATABASE {} TEMPLATE {}", plain(name)?, plain(template)?);
        let create = async {
            let mut connection = self.owner().connect().await?;
            sqlx::query(&statement).execute(&mut connection).await
        };
        create.await.map(drop).map_err(|source| WorkbenchError::Sql {
            action: format!("create database {name}"),
            source,
        })
    }
}

fn plain(name: &str) -> Result<&str, WorkbenchError> {
    let ordinary = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    if !name.is_empty() && name.len() <= MAX_NAME_BYTES && name.bytes().all(ordinary) {
        Ok(name)
    } else {
        Err(WorkbenchError::DatabaseName {
            name: name.to_owned(),
        })
    }
}
