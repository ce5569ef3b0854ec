//! Pages of lists (contract, "Index parameters").

use iam_tests::Server;

use crate::wire::idah::users::list_fixtures::Rows;
use crate::wire::idah::{caller, faults, ids};

crate::on_both!(
    pages_follow_one_another,
    without_page_the_list_begins_at_the_first_id,
    past_the_end_is_an_empty_page,
    the_number_is_positive,
    the_size_is_between_1_and_1000,
    both_can_be_wrong,
    page_is_nested,
    percent_encoded_brackets_are_brackets,
);

fn pages_follow_one_another(server: &Server) {
    let rows = Rows::new(server, 5);
    for (query, wanted) in [
        ("page[number]=1&page[size]=2", vec![0, 1]),
        ("page[number]=2&page[size]=2", vec![2, 3]),
        ("page[number]=3&page[size]=2", vec![4]),
        ("page[size]=3", vec![0, 1, 2]),
        ("page[size]=1&page[number]=5", vec![4]),
        ("page[number]=1", vec![0, 1, 2, 3, 4]),
        ("page[size]=1000", vec![0, 1, 2, 3, 4]),
        ("page[number]=2&page[size]=2&sort=-id", vec![2, 1]),
    ] {
        assert_eq!(rows.list(query), wanted, "{query}");
    }
}

fn without_page_the_list_begins_at_the_first_id(server: &Server) {
    assert_eq!(Rows::new(server, 4).list(""), [0, 1, 2, 3]);
}

fn past_the_end_is_an_empty_page(server: &Server) {
    let rows = Rows::new(server, 2);
    for query in [
        "page[number]=2",
        "page[number]=2&page[size]=2",
        "page[number]=9223372036854775807",
        "page[number]=9223372036854775807&page[size]=1",
        "page[number]=4294967297&page[size]=1",
    ] {
        let answer = rows.get(query).expect(200);
        assert_eq!(answer.body, r#"{"data":[],"meta":{}}"#, "{query}");
    }
}

fn the_number_is_positive(server: &Server) {
    let rows = Rows::new(server, 1);
    for number in ["0", "-1", "-9223372036854775808"] {
        let fault = rows.fault(&format!("page[number]={number}"));
        assert_eq!(fault, ("/page/number".into(), "must be positive".into()), "{number}");
    }
    for number in ["x", "1.5", "", "99999999999999999999", "1e2", "%00", "%F0%9F%98%80"] {
        let (pointer, detail) = rows.fault(&format!("page[number]={number}"));
        assert_eq!(pointer, "/page/number", "{number}");
        assert!(["must be an integer", "must be positive"].contains(&detail.as_str()), "{number}: {detail}");
    }
}

fn the_size_is_between_1_and_1000(server: &Server) {
    let rows = Rows::new(server, 1);
    for size in ["0", "-1", "1001", "9223372036854775807"] {
        let fault = rows.fault(&format!("page[size]={size}"));
        assert_eq!(fault, ("/page/size".into(), "must be between 1 and 1000".into()), "{size}");
    }
    for size in ["x", "1.5", "", "99999999999999999999"] {
        let (pointer, detail) = rows.fault(&format!("page[size]={size}"));
        assert_eq!(pointer, "/page/size", "{size}");
        assert!(["must be an integer", "must be between 1 and 1000"].contains(&detail.as_str()), "{size}: {detail}");
    }
}

fn both_can_be_wrong(server: &Server) {
    let me = caller(server, "user", &[]);
    let found = faults(&me.client.get("/accounts?page[size]=0&page[number]=0"));
    let wanted = [("/page/number", "must be positive"), ("/page/size", "must be between 1 and 1000")];
    assert_eq!(found, wanted.map(|(pointer, detail)| (pointer.to_owned(), detail.to_owned())));
}

fn page_is_nested(server: &Server) {
    let rows = Rows::new(server, 1);
    for query in ["page=2", "page=", "page[]=2", "page=number"] {
        assert_eq!(rows.fault(query), ("/page".into(), "must be a hash".into()), "{query}");
    }
}

fn percent_encoded_brackets_are_brackets(server: &Server) {
    let rows = Rows::new(server, 3);
    let known: Vec<String> = rows.ids.iter().map(|id| format!("filter%5Bid__in%5D%5B%5D={id}")).collect();
    let query = format!("/accounts?{}&page%5Bnumber%5D=2&page%5Bsize%5D=2", known.join("&"));
    assert_eq!(ids(&rows.client.get(&query)), rows.ids[2..]);
}
