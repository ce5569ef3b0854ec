//! First requests that arrive together.

use std::rc::Rc;
use std::sync::Barrier;

use iam_domain::clock::SystemClock;
use iam_domain::error::Result;
use iam_domain::store::Pool;
use iam_domain::store::migrations::ALL;
use iam_domain::store::native::NativeDatabase;

use super::{Scratch, ready};

const THREADS: usize = 8;
/// Each on a new file: one round seldom meets the narrow moments.
const ROUNDS: usize = 8;

#[test]
fn eight_at_once_all_succeed_and_migrate_once() {
    for round in 0..ROUNDS {
        let scratch = Scratch::empty();
        let path = scratch.folder.path().join("test.db");
        let start = Barrier::new(THREADS);
        let prepare = || -> Result<()> {
            // As an instance does it: a connection of its own, with the usual pragmas.
            let pool = Pool::new(Rc::new(NativeDatabase::new(&path)));
            start.wait();
            ready(pool.prepare(&SystemClock))
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(prepare)).collect();
            for thread in threads {
                assert_eq!(thread.join().unwrap(), Ok(()), "round {round}");
            }
        });
        let versions = scratch.rows("SELECT version, name FROM schema_migration ORDER BY version");
        let versions: Vec<_> = versions.iter().map(|row| (row.integer(0).unwrap(), row.text(1).unwrap())).collect();
        let wanted: Vec<_> = ALL.iter().map(|known| (known.version, known.name.to_owned())).collect();
        assert_eq!(versions, wanted, "round {round}");
        assert_eq!(scratch.content(), Scratch::migrated().content(), "round {round}");
        assert_eq!(scratch.texts("PRAGMA journal_mode", 0), ["wal"], "round {round}");
        scratch.assert_sound();
    }
}
