//! How many nodes of a cluster are ready, asked once: from the table that `kubectl get nodes` prints.

use std::time::Duration;

use kube::Client;
use serde::Deserialize;
use tokio::time::timeout;

use super::connection::{ApiConnection, TABLE};
use super::failure::{explain, explain_garbage, explain_placeholder, explain_silence};
use super::kubeconfig::{KubeconfigSource, find_quiet_access};
use super::session::has_placeholder;
use super::wire::{TableColumn, TableRow};
use crate::core::cluster::kubernetes::ApiFailure;
use crate::core::cluster_name::ClusterName;
use crate::core::overview::NodesByRole;

/// An API behind a VPN that is off does not answer at all.
const LIMIT: Duration = Duration::from_secs(5);
/// Of the server's memory, at once.
const TABLE_PATH: &str = "/api/v1/nodes?includeObject=None&resourceVersion=0";

/// A table as Kubernetes writes it; `null` is no row.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct NodeTable<'a> {
    #[serde(borrow)]
    column_definitions: Vec<TableColumn<'a>>,
    #[serde(borrow)]
    rows: Option<Vec<TableRow<'a>>>,
}

/// Counts the nodes of a cluster within five seconds; a kubeconfig whose credentials come from a program is not used, since
/// that may ask a person for something.
pub async fn count_ready_nodes(
    source: &KubeconfigSource,
    cluster: &ClusterName,
) -> Result<NodesByRole, ApiFailure> {
    let access = find_quiet_access(source, cluster).await?;
    let address = access.address;
    let client = Client::try_from(access.config).map_err(|error| explain(&error, &address))?;
    let connection = ApiConnection::new(client, address.clone());
    let asked = async {
        if has_placeholder(&address).await {
            return Err(explain_placeholder(&address));
        }
        let bytes = connection.read(TABLE_PATH, TABLE).await;
        let bytes = bytes.map_err(|error| explain(&error, &address))?;
        count_table(&bytes).map_err(|why| explain_garbage(&why, &address))
    };
    let answered = timeout(LIMIT, asked).await;
    answered.unwrap_or_else(|_| Err(explain_silence(LIMIT, &address)))
}

// The words of `printNode` in Kubernetes's pkg/printers/internalversion/printers.go.
fn count_table(bytes: &[u8]) -> Result<NodesByRole, String> {
    let unreadable = |error| format!("its table of nodes cannot be read ({error})");
    let table: NodeTable<'_> = serde_json::from_slice(bytes).map_err(unreadable)?;
    let place = |name: &str| {
        let mut columns = table.column_definitions.iter();
        let found = columns.position(|column| &*column.name == name);
        found.ok_or_else(|| format!("its table of nodes has no column {name}"))
    };
    let (status, roles) = (place("Status")?, place("Roles")?);
    let mut counts = NodesByRole::default();
    for row in table.rows.iter().flatten() {
        let cell = |place: usize| row.cells.get(place).map_or("", |cell| &**cell);
        let is_control_plane = cell(roles).split(',').any(|role| role == "control-plane");
        let ready = cell(status).split(',').next() == Some("Ready");
        counts.add(is_control_plane, ready);
    }
    Ok(counts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::overview::NodesOfRole;

    #[test]
    fn nodes_are_counted_by_their_roles_and_words() {
        let table = br#"{"columnDefinitions":[{"name":"Name"},{"name":"Status"},{"name":"Roles"},{"name":"Age"}],"rows":[
            {"cells":["a","Ready","control-plane","4d"]},
            {"cells":["b","Ready,SchedulingDisabled","node","4d"]},
            {"cells":["c","NotReady","node,spot-worker","4d"]},
            {"cells":["d","Unknown","<none>","4d"]}]}"#;
        let of_role = |ready, joined| NodesOfRole { ready, joined };
        let wanted = NodesByRole {
            control_plane: of_role(1, 1),
            nodes: of_role(1, 3),
        };
        assert_eq!(count_table(table), Ok(wanted));
    }

    #[test]
    fn a_table_without_rows_has_no_node_and_one_without_columns_is_none() {
        let empty = br#"{"columnDefinitions":[{"name":"Status"},{"name":"Roles"}],"rows":null}"#;
        assert_eq!(count_table(empty), Ok(NodesByRole::default()));
        let missing = "its table of nodes has no column Roles".to_owned();
        let other = br#"{"columnDefinitions":[{"name":"Status"}],"rows":null}"#;
        assert_eq!(count_table(other), Err(missing));
        assert!(count_table(b"[]").is_err());
    }
}
