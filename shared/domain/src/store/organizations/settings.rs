//! What an organization keeps about itself: how much kinds of alert matter to it, and its ids in other systems.

use serde_json::Value as Json;

use crate::clock::Millis;
use crate::model::OrganizationId;
use crate::params;
use crate::store::db::DbError;
use crate::store::tenant::{System, Write};

statements! {
    /// The catalogue in its order, with the stored weights. A handful of rows.
    ALERTS = "SELECT k.id, k.name, k.description, i.value FROM alert_kind k \
        LEFT JOIN alert_importance i ON i.alert_kind_id = k.id AND i.organization_id = ?1 ORDER BY k.position, k.id";
    /// ?2 JSON object: kind to weight.
    SET_ALERTS = "INSERT INTO alert_importance (organization_id, alert_kind_id, value) \
        SELECT ?1, key, value FROM json_each(?2) WHERE true \
        ON CONFLICT (organization_id, alert_kind_id) DO UPDATE SET value = excluded.value";
    REFERENCES = "SELECT external_references FROM organization WHERE id = ?1";
    SET_REFERENCES = "UPDATE organization SET external_references = ?2, updated_at = ?3 WHERE id = ?1";
}

/// A kind of alert and how much it matters to an organization.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertImportance {
    /// Id of the kind.
    pub kind: String,
    /// Label.
    pub name: String,
    /// Description; may be empty.
    pub description: String,
    /// Stored weight, from 0 to 1; `None` = never set.
    pub value: Option<f64>,
}

impl<M> System<'_, M> {
    /// One entry a kind, in the order of the catalogue.
    pub async fn alert_importances(self, id: OrganizationId) -> Result<Vec<AlertImportance>, DbError> {
        let rows = self.exec.run(ALERTS, params![id]).await?;
        rows.iter()
            .map(|row| {
                Ok(AlertImportance {
                    kind: row.text(0)?,
                    name: row.text(1)?,
                    description: row.text(2)?,
                    value: row.real_opt(3)?,
                })
            })
            .collect()
    }

    /// The map of external references.
    pub async fn external_references(self, id: OrganizationId) -> Result<Option<Json>, DbError> {
        let rows = self.exec.run(REFERENCES, params![id]).await?;
        rows.first().map(|row| row.json(0)).transpose()
    }
}

impl System<'_, Write> {
    /// Stores weights: a JSON object, kind to number. Kinds that it does not name keep theirs.
    pub async fn set_alert_importances(self, id: OrganizationId, values: &Json) -> Result<(), DbError> {
        self.exec.run(SET_ALERTS, params![id, values.to_string()]).await.map(|_| ())
    }

    /// Replaces the map of external references.
    pub async fn set_external_references(
        self,
        id: OrganizationId,
        references: &Json,
        now: Millis,
    ) -> Result<(), DbError> {
        self.exec.run(SET_REFERENCES, params![id, references.to_string(), now]).await.map(|_| ())
    }
}
