//! Whether a client is still there. What it asked waits for its turn, and nobody should work for one who has left.
//!
//! HTTP has no way to say so but to close the connection. A client that closes only its own direction and goes on
//! listening, which browsers and libraries never do, is taken for one that has left, as by most servers.

use std::any::Any;
use std::io::ErrorKind;
use std::mem::MaybeUninit;
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::rt::time::sleep;
use socket2::{SockRef, Socket};

/// Time between two looks. What is answered sooner is not looked after.
const PAUSE: Duration = Duration::from_millis(100);

/// The other end of a connection.
#[derive(Debug, Clone)]
pub(crate) struct Peer(Arc<Socket>);

impl Peer {
    /// Remembers the other end of the new connection `stream` among what is known of it.
    pub(crate) fn remember(stream: &dyn Any, known: &mut Extensions) {
        if let Some(stream) = stream.downcast_ref::<TcpStream>()
            && let Ok(socket) = SockRef::from(stream).try_clone()
        {
            known.insert(Peer(Arc::new(socket)));
        }
    }

    /// Returns once it has closed the connection.
    pub(crate) async fn gone(self) {
        loop {
            sleep(PAUSE).await;
            if self.is_gone() {
                return;
            }
        }
    }

    fn is_gone(&self) -> bool {
        match self.0.peek(&mut [MaybeUninit::uninit()]) {
            Ok(len_bytes) => len_bytes == 0,
            Err(error) => ![ErrorKind::WouldBlock, ErrorKind::Interrupted].contains(&error.kind()),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use actix_web::rt::System;
    use actix_web::rt::net::TcpListener;
    use actix_web::rt::time::timeout;

    use super::*;

    #[test]
    fn a_client_is_gone_when_it_has_closed_and_not_while_it_waits_or_sends() {
        System::new().block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let mut client = std::net::TcpStream::connect(listener.local_addr().unwrap()).unwrap();
            let (stream, _) = listener.accept().await.unwrap();
            let mut known = Extensions::new();
            Peer::remember(&stream, &mut known);
            let peer = known.get::<Peer>().unwrap();
            assert!(timeout(3 * PAUSE, peer.clone().gone()).await.is_err(), "it waits");
            client.write_all(b"GET / HTTP/1.1\r\n").unwrap();
            assert!(timeout(3 * PAUSE, peer.clone().gone()).await.is_err(), "it has sent the next request");
            let mut sent = [0; 16];
            stream.readable().await.unwrap();
            assert_eq!(stream.try_read(&mut sent).unwrap(), 16, "what was looked at is still there");
            drop(client);
            assert!(timeout(Duration::from_secs(10), peer.clone().gone()).await.is_ok(), "it has left");
        });
    }
}
