//! The calls of [`Access`] as both drivers answer them: one function each in `people`, `comings`, `keeping` and `whole`, over the
//! driver's own connection. What a call does stands there; here is only that each is made.

/// `impl Access for Desk` over the connection in this field.
macro_rules! access_over {
    ($line:ident) => {
        impl Access for Desk {
            fn person(&mut self, id: &str) -> Result<Option<Person>, StoreError> {
                people::one(&self.$line, id)
            }

            fn outsider(&mut self, outside: &Outside) -> Result<Option<Person>, StoreError> {
                people::outsider(&self.$line, outside)
            }

            fn people(&mut self) -> Result<Vec<Person>, StoreError> {
                people::all(&self.$line)
            }

            fn add_person(&mut self, person: &Person, first: bool) -> Result<Change, StoreError> {
                people::add(&self.$line, person, first)
            }

            fn change_person(&mut self, person: &Person) -> Result<Change, StoreError> {
                people::alter(&self.$line, person)
            }

            fn use_step(&mut self, person: &str, step: u64) -> Result<bool, StoreError> {
                people::use_step(&self.$line, person, step)
            }

            fn put_recovery(&mut self, person: &str, codes: &[Hash]) -> Result<(), StoreError> {
                people::put_recovery(&self.$line, person, codes)
            }

            fn use_recovery(&mut self, person: &str, code: &Hash) -> Result<bool, StoreError> {
                people::use_recovery(&self.$line, person, code)
            }

            fn recovery_left(&mut self, person: &str) -> Result<u32, StoreError> {
                people::recovery_left(&self.$line, person)
            }

            fn add_session(&mut self, session: &Session) -> Result<(), StoreError> {
                comings::add_session(&self.$line, session)
            }

            fn session(&mut self, id: &Hash) -> Result<Option<Session>, StoreError> {
                comings::session(&self.$line, id)
            }

            fn sessions(&mut self, person: &str) -> Result<Vec<Session>, StoreError> {
                comings::sessions(&self.$line, person)
            }

            fn touch_session(&mut self, id: &Hash, seen: Instant, proved: Option<Instant>) -> Result<(), StoreError> {
                comings::touch_session(&self.$line, id, seen, proved)
            }

            fn end_session(&mut self, id: &Hash) -> Result<bool, StoreError> {
                comings::end_session(&self.$line, id)
            }

            fn end_sessions(&mut self, person: &str, but: Option<&Hash>) -> Result<u64, StoreError> {
                comings::end_sessions(&self.$line, person, but)
            }

            fn add_token(&mut self, token: &Token) -> Result<(), StoreError> {
                comings::add_token(&self.$line, token)
            }

            fn token(&mut self, secret: &Hash) -> Result<Option<Token>, StoreError> {
                comings::token(&self.$line, secret)
            }

            fn tokens(&mut self, person: Option<&str>) -> Result<Vec<Token>, StoreError> {
                comings::tokens(&self.$line, person)
            }

            fn touch_token(&mut self, id: &str, used: Instant) -> Result<(), StoreError> {
                comings::touch_token(&self.$line, id, used)
            }

            fn revoke_token(&mut self, id: &str, at: Instant) -> Result<bool, StoreError> {
                comings::revoke_token(&self.$line, id, at)
            }

            fn add_link(&mut self, link: &Link, alone: bool) -> Result<(), StoreError> {
                comings::add_link(&self.$line, link, alone)
            }

            fn link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
                comings::link(&self.$line, id, now)
            }

            fn take_link(&mut self, id: &Hash, now: Instant) -> Result<Option<Link>, StoreError> {
                comings::take_link(&self.$line, id, now)
            }

            fn drop_links(&mut self, purpose: &str, person: &str) -> Result<u64, StoreError> {
                comings::drop_links(&self.$line, purpose, person)
            }

            fn attempt(&mut self, key: &str, now: Instant, pace: &Pace) -> Result<Attempt, StoreError> {
                comings::attempt(&self.$line, key, now, pace)
            }

            fn forgive(&mut self, key: &str) -> Result<(), StoreError> {
                comings::forgive(&self.$line, key)
            }

            fn take_back(&mut self, key: &str) -> Result<(), StoreError> {
                comings::take_back(&self.$line, key)
            }

            fn log(&mut self, event: &Event) -> Result<(), StoreError> {
                comings::log(&self.$line, event)
            }

            fn events(&mut self, person: Option<&str>, before: Option<u64>, most: u32) -> Result<Vec<Event>, StoreError> {
                comings::events(&self.$line, person, before, most)
            }

            fn put_view(&mut self, view: &Saved) -> Result<(), StoreError> {
                keeping::put_view(&self.$line, view)
            }

            fn views(&mut self, person: &str, page: Option<&str>) -> Result<Vec<Saved>, StoreError> {
                keeping::views(&self.$line, person, page)
            }

            fn remove_view(&mut self, owner: &str, page: &str, name: &str) -> Result<bool, StoreError> {
                keeping::remove_view(&self.$line, owner, page, name)
            }

            fn reserve(
                &mut self,
                person: &str,
                key: &str,
                request: &Hash,
                now: Instant,
                until: Instant,
            ) -> Result<Reservation, StoreError> {
                keeping::reserve(&self.$line, person, key, request, now, until)
            }

            fn answer(&mut self, person: &str, key: &str, reply: &Reply, until: Instant) -> Result<(), StoreError> {
                keeping::answer(&self.$line, person, key, reply, until)
            }

            fn release(&mut self, person: &str, key: &str) -> Result<(), StoreError> {
                keeping::release(&self.$line, person, key)
            }

            fn sweep(&mut self, now: Instant, sessions: Instant, events: Instant) -> Result<u64, StoreError> {
                keeping::sweep(&self.$line, now, sessions, events)
            }
            fn take_out(&mut self) -> Result<Whole, StoreError> {
                whole::take_out(&self.$line)
            }

            fn put_in(&mut self, whole: &Whole) -> Result<(), StoreError> {
                whole::put_in(&self.$line, whole)
            }
        }
    };
}

pub(crate) use access_over;
