//! What one client address may have of the host, so that none can take it from all others.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;

/// Bytes of answers that one client has asked for and not taken. Beyond, its requests are refused.
const MAX_UNTAKEN: usize = 8 << 20;

/// What one client address may have at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Connections.
    pub connections: usize,
    /// Requests that are with guests. Those beyond wait.
    pub requests: usize,
}

/// The clients that are connected.
#[derive(Debug)]
pub struct Clients {
    bounds: Bounds,
    connected: Mutex<HashMap<IpAddr, (Arc<Client>, usize)>>,
}

/// A client address.
#[derive(Debug)]
pub struct Client {
    /// Its places among the requests that are with guests.
    pub places: Arc<Semaphore>,
    /// Bytes of answers that it has not taken.
    untaken: AtomicUsize,
}

/// A connection of a client, counted until this is dropped.
#[derive(Debug)]
pub struct Counted {
    clients: Arc<Clients>,
    network: IpAddr,
    /// The client.
    pub client: Arc<Client>,
}

impl Clients {
    /// Nobody is connected.
    pub fn new(bounds: Bounds) -> Self {
        Self { bounds, connected: Mutex::default() }
    }

    /// Counts one more connection from `address`; `None` when it has as many as it may.
    pub fn connect(self: &Arc<Self>, address: IpAddr) -> Option<Counted> {
        let network = network(address);
        let mut connected = self.connected.lock().unwrap_or_else(PoisonError::into_inner);
        let (client, connections) = connected.entry(network).or_insert_with(|| {
            let places = Arc::new(Semaphore::new(self.bounds.requests.min(Semaphore::MAX_PERMITS)));
            (Arc::new(Client { places, untaken: AtomicUsize::new(0) }), 0)
        });
        if *connections >= self.bounds.connections {
            return None;
        }
        *connections += 1;
        Some(Counted { clients: self.clone(), network, client: client.clone() })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut connected = self.clients.connected.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, connections)) = connected.get_mut(&self.network) {
            *connections -= 1;
            if *connections == 0 {
                connected.remove(&self.network);
            }
        }
    }
}

impl Client {
    /// Whether it leaves too much of its answers untaken to be given more.
    pub fn is_full(&self) -> bool {
        self.untaken.load(Ordering::Relaxed) >= MAX_UNTAKEN
    }

    /// Counts bytes that are ready to be taken.
    pub fn owe(&self, bytes: usize) {
        self.untaken.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Counts bytes that were taken, or are not wanted any more.
    pub fn settle(&self, bytes: usize) {
        self.untaken.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What counts as one client: an IPv4 address, or the /64 that one IPv6 customer is given.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6((address.to_bits() & !u128::from(u64::MAX)).into()),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_are_counted_for_each_client() {
        let clients = Arc::new(Clients::new(Bounds { connections: 2, requests: 1 }));
        let connect = |address: &str| clients.connect(address.parse().unwrap());
        let first = connect("10.0.0.1").unwrap();
        let second = connect("::ffff:10.0.0.1").unwrap();
        assert!(Arc::ptr_eq(&first.client, &second.client));
        assert!(connect("10.0.0.1").is_none());
        let other = connect("10.0.0.2").unwrap();
        assert!(!Arc::ptr_eq(&first.client, &other.client));
        drop(second);
        assert!(connect("10.0.0.1").is_some());
        drop((first, other));
        assert!(clients.connected.lock().unwrap().is_empty());
    }

    #[test]
    fn an_ipv6_network_is_one_client() {
        assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::2:3:4:5".parse().unwrap()));
        assert_ne!(network("2001:db8::1".parse().unwrap()), network("2001:db8:0:1::1".parse().unwrap()));
    }

    #[test]
    fn who_takes_nothing_is_full() {
        let clients = Arc::new(Clients::new(Bounds { connections: 1, requests: 1 }));
        let counted = clients.connect("10.0.0.1".parse().unwrap()).unwrap();
        counted.client.owe(MAX_UNTAKEN - 1);
        assert!(!counted.client.is_full());
        counted.client.owe(1);
        assert!(counted.client.is_full());
        counted.client.settle(1);
        assert!(!counted.client.is_full());
    }
}
