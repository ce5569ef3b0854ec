use std::sync::Arc;

use super::*;

fn db(dir: &tempfile::TempDir) -> Arc<KeyValueDb> {
    Arc::new(KeyValueDb::new(dir.path().join("kv.db")))
}

#[tokio::test]
async fn values_are_set_replaced_and_removed() {
    let dir = tempfile::tempdir().unwrap();
    let db = db(&dir);
    let (store, key) = ("default".to_owned(), "a".to_owned());
    assert_eq!(db.get(store.clone(), key.clone()).await.unwrap(), None);
    for value in [b"1".to_vec(), vec![0, 255]] {
        db.set(store.clone(), key.clone(), value.clone()).await.unwrap();
        assert_eq!(db.get(store.clone(), key.clone()).await.unwrap(), Some(value));
    }
    assert!(db.exists(store.clone(), key.clone()).await.unwrap());
    assert!(!db.exists("other".to_owned(), key.clone()).await.unwrap());
    db.delete(store.clone(), key.clone()).await.unwrap();
    db.delete(store.clone(), key.clone()).await.unwrap();
    assert!(!db.exists(store, key).await.unwrap());
}

#[tokio::test]
async fn keys_come_in_pages_and_survive_a_restart() {
    let dir = tempfile::tempdir().unwrap();
    let first = db(&dir);
    for key in ["b", "a", "c"] {
        first.set("default".to_owned(), key.to_owned(), Vec::new()).await.unwrap();
    }
    drop(first);
    let db = db(&dir);
    assert_eq!(db.keys("default".to_owned(), None, 2).await.unwrap(), ["a", "b"]);
    assert_eq!(db.keys("default".to_owned(), Some("b".to_owned()), 2).await.unwrap(), ["c"]);
}
